// Writes descriptions, guests and card decks as one Swift source file of raw string literals; ELF
// files in Base64.
//
// usage: EmbedDescriptions OUTPUT ROOT FILE…
//
// The build plugin runs it; the library target compiles OUTPUT. Paths are stored relative to ROOT,
// as the reader finds them in the repository.

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A raw string literal that holds `text`, fenced by more `#` than stand in a row in the text.
func literal(_ text: String) -> String {
  var longest = 0
  var run = 0
  for byte in text.utf8 {
    run = byte == UInt8(ascii: "#") ? run + 1 : 0
    longest = max(longest, run)
  }
  let fence = String(repeating: "#", count: longest + 1)
  // The line break before the closing quotes is not part of the literal.
  return "\(fence)\"\"\"\n\(text)\n\"\"\"\(fence)"
}

/// `path` seen from `root`.
func relative(_ path: String, to root: String) -> String {
  let prefix = root.hasSuffix("/") ? root : root + "/"
  return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
}

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count >= 2 else {
  fatalError("usage: EmbedDescriptions OUTPUT ROOT FILE…")
}

var text = "extension DescriptionLibrary {\n  static let embedded: [EmbeddedFile] = [\n"
for file in arguments.dropFirst(2).sorted() {
  let contents =
    file.hasSuffix(".elf")
    ? try Data(contentsOf: URL(filePath: file)).base64EncodedString()
    : try String(contentsOfFile: file, encoding: .utf8)
  let path = relative(file, to: arguments[1])
  text += "EmbeddedFile(path: \(literal(path)), text: \(literal(contents))),\n"
}
text += "  ]\n}\n"
try Data(text.utf8).write(to: URL(filePath: arguments[0]), options: .atomic)
