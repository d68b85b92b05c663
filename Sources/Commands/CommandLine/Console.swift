/// Where a command's output goes, and what the reader at the other end can show.
public final class Console {
  /// Receives text: standard output or error, or a test's buffer.
  public typealias Sink = (String) -> Void

  private let output: Sink
  private let errors: Sink
  /// Whether standard output may carry colour.
  let usesColor: Bool
  /// Whether messages on standard error may.
  let usesErrorColor: Bool
  /// Whether a line on standard error that rewrites itself would be seen.
  private let showsProgress: Bool
  private var hasProgressLine = false

  public init(
    output: @escaping Sink, errors: @escaping Sink, usesColor: Bool = false,
    usesErrorColor: Bool = false, showsProgress: Bool = false
  ) {
    self.output = output
    self.errors = errors
    self.usesColor = usesColor
    self.usesErrorColor = usesErrorColor
    self.showsProgress = showsProgress
  }

  /// The process's own: colour and progress on a terminal only, no colour under NO_COLOR.
  public static func standard(environment: [String: String]) -> Console {
    let allowsColor =
      (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    let errorIsTerminal = SystemCalls.isTerminal(2)
    return Console(
      output: { SystemCalls.write($0.utf8, to: 1) },
      errors: { SystemCalls.write($0.utf8, to: 2) },
      usesColor: allowsColor && SystemCalls.isTerminal(1),
      usesErrorColor: allowsColor && errorIsTerminal,
      showsProgress: errorIsTerminal && environment["TERM"] != "dumb")
  }

  /// The command's result.
  func write(_ text: String) {
    clearProgress()
    output(text)
  }

  /// The command's result, one line.
  func line(_ text: String = "") { write(text + "\n") }

  /// A remark that is not part of the result.
  func note(_ text: String) {
    clearProgress()
    errors(text + "\n")
  }

  /// `error: …`, with `help: …` below it.
  func error(_ message: String, help: String? = nil) {
    note(style("error", .error, isError: true) + ": " + message)
    if let help { note("  help: " + help) }
  }

  /// Shows what is going on until something else is written; only on a terminal.
  func progress(_ text: String) {
    guard showsProgress else { return }
    errors("\r\u{1B}[K" + text)
    hasProgressLine = true
  }

  func clearProgress() {
    guard hasProgressLine else { return }
    errors("\r\u{1B}[K")
    hasProgressLine = false
  }

  enum Style: String {
    case bold = "1"
    case error = "1;31"
    case warning = "33"
    case good = "32"
    case faint = "2"
  }

  /// `text` in a style where the reader can show it.
  func style(_ text: String, _ style: Style, isError: Bool = false) -> String {
    (isError ? usesErrorColor : usesColor) ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }
}
