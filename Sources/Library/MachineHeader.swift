/// The line that every machine's main file starts with: `machine s360 "IBM System/360"`.
///
/// Only as much of the language is read here as it takes to list machines by name.
struct MachineHeader: Hashable, Sendable {
  var id: String
  /// The machine that this one is a delta of.
  var base: String?
  var title: String

  /// nil if the text does not start with a `machine` line: it is a chapter of some machine.
  init?(_ text: String) {
    var scanner = HeaderScanner(bytes: text.utf8[...])
    scanner.skipBlanksAndComments()
    guard scanner.word() == "machine" else { return nil }
    scanner.skipBlanks()
    guard let id = scanner.word() else { return nil }
    self.id = id
    scanner.skipBlanks()
    if scanner.take(UInt8(ascii: ":")) {
      scanner.skipBlanks()
      base = scanner.word()
      scanner.skipBlanks()
    }
    title = scanner.quoted() ?? ""
  }
}

private struct HeaderScanner {
  var bytes: Substring.UTF8View

  mutating func skipBlanks() {
    bytes = bytes.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
  }

  mutating func skipBlanksAndComments() {
    while true {
      bytes = bytes.drop { $0 == UInt8(ascii: " ") || (9...13).contains($0) }
      guard bytes.starts(with: "//".utf8) else { return }
      bytes = bytes.drop { $0 != UInt8(ascii: "\n") }
    }
  }

  mutating func take(_ byte: UInt8) -> Bool {
    guard bytes.first == byte else { return false }
    bytes = bytes.dropFirst()
    return true
  }

  mutating func word() -> String? {
    let word = bytes.prefix {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
    bytes = bytes[word.endIndex...]
    return word.isEmpty ? nil : String(Substring(word))
  }

  mutating func quoted() -> String? {
    guard take(UInt8(ascii: "\"")) else { return nil }
    let text = bytes.prefix { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\n") }
    return String(Substring(text))
  }
}
