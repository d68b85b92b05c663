import Assembler

/// What is wrong with assembly text, each message with its line.
enum AssemblyMessages {
  static func write(
    _ errors: [AssemblyError], path: String, source: String, _ console: Console
  ) {
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
    for error in errors {
      let place = "\(path):\(error.line):\(error.column)"
      let kind = console.style("error", .error, isError: true)
      console.note("\(place): \(kind): \(error.message)")
      if error.line <= lines.count {
        let line = lines[error.line - 1].prefix(200)
        let blanks = line.unicodeScalars.prefix(error.column - 1).map { $0 == "\t" ? "\t" : " " }
        console.note("  \(line)\n  \(blanks.joined())^")
      }
      if let help = error.help { console.note("  help: \(help)") }
    }
  }
}
