/// The page of every message. The switch is exhaustive, so a code without a page does not compile.
public enum DiagnosticCatalogue {
  public static func entry(for code: DiagnosticCode) -> DiagnosticPage {
    switch code {
    case .strayCharacter, .unterminatedString, .malformedNumber, .expected, .unknownItem,
      .nestedTooDeeply, .malformedTemplate:
      ParsingPages.page(for: code)
    case .unknownName, .duplicateName, .wrongKind, .unused, .cycle, .unreadableFile, .missingItem:
      NamePages.page(for: code)
    case .widthMismatch, .unknownWidth, .numberTooLarge, .badRange, .notConstant, .argumentCount,
      .badWidth, .unknownRole, .missingRole, .overlappingFields:
      TypePages.page(for: code)
    case .overlappingEncodings, .undefinedEncodings, .staleOverride, .malformedEncoding,
      .unequalFields, .unusedField:
      EncodingPages.page(for: code)
    case .notAPlace, .doubleWrite, .vacuousGuard, .writeInLoop, .misplacedStatement, .unreachable,
      .staleDelta:
      SemanticsPages.page(for: code)
    case .uncoveredState, .conflictingStanding, .unsharedStorage, .badShare, .incompleteMonitor,
      .repeatedPart:
      MonitorPages.page(for: code)
    case .missingCitation, .unknownSection, .expectationFailed, .unknownFact, .testFailed,
      .malformedTest, .limitExceeded:
      ClaimPages.page(for: code)
    }
  }

  /// The page as text, 80 columns wide.
  public static func page(for code: DiagnosticCode) -> String {
    let page = entry(for: code)
    return """
      \(code.rawValue): \(page.title)

      \(wrapped(page.meaning))

      \(wrapped(page.reason))

      \(page.frame.place), wrong:

      \(indented(page.wrong))

      and mended:

      \(indented(page.mended))
      """
  }

  /// The code as somebody types it: in upper or lower case.
  public static func code(named name: String) -> DiagnosticCode? {
    DiagnosticCode(rawValue: name.uppercased())
  }

  private static func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : "    \($0)" }.joined(separator: "\n")
  }

  private static func wrapped(_ text: String) -> String {
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      if !line.isEmpty, line.count + 1 + word.count > 80 {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " \(word)"
    }
    lines.append(line)
    return lines.joined(separator: "\n")
  }
}
