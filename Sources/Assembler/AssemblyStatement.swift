import ISACore

/// One line of assembly, taken apart: `label: MNEMONIC operands ; comment`.
struct AssemblyStatement {
  enum Body {
    case empty
    case directive(Directive)
    /// By mnemonic, upper-cased; the operands are read later, by the templates.
    case instruction(mnemonic: String, mnemonicOffset: Int, operands: LineScanner)
  }

  /// From 1.
  var line: Int
  /// The line without its comment.
  var bytes: [UInt8]
  var labels: [(name: String, offset: Int)] = []
  var body: Body = .empty
  /// Where the alias stands that it was written by; its own text is another.
  var aliasOffset: Int?
  /// Not the first of the instructions that a line stands for.
  var isContinuation = false

  init(line: Int, bytes: ArraySlice<UInt8>) throws(LineError) {
    self.line = line
    self.bytes = Array(bytes[..<Self.commentStart(bytes)])
    var scanner = LineScanner(self.bytes)
    while true {
      scanner.skipBlanks()
      let before = scanner
      guard let name = scanner.takeName() else { break }
      scanner.skipBlanks()
      guard scanner.take(UInt8(ascii: ":")) else {
        scanner = before
        break
      }
      labels.append((name, before.offset))
    }
    guard !scanner.isAtEnd else { return }
    let offset = scanner.offset
    if scanner.next == UInt8(ascii: ".") {
      body = .directive(try Directive(&scanner))
    } else {
      let mnemonic = scanner.takeWord().uppercased()
      body = .instruction(mnemonic: mnemonic, mnemonicOffset: offset, operands: scanner)
    }
  }

  /// Where the comment starts: `;` or `//` outside quotes, or `*` as the first character.
  private static func commentStart(_ bytes: ArraySlice<UInt8>) -> Int {
    var scanner = LineScanner(Array(bytes))
    scanner.skipBlanks()
    if scanner.next == UInt8(ascii: "*") { return bytes.startIndex }
    while let byte = scanner.next {
      if byte == UInt8(ascii: ";")
        || (byte == UInt8(ascii: "/") && scanner.peek(1) == UInt8(ascii: "/"))
      {
        break
      }
      if byte == UInt8(ascii: "\"") {
        var text = scanner
        if (try? text.takeQuoted()) != nil {
          scanner = text
          continue
        }
      }
      scanner.offset += scanner.characterConstant()?.length ?? 1
    }
    return bytes.startIndex + scanner.offset
  }
}
