/// What `popek explain CODE` says about one message: what it means, why it matters, and how the
/// same few lines look wrong and mended.
public struct DiagnosticPage: Sendable {
  /// What an example needs around it to be a description.
  public enum Frame: Sendable {
    /// Nothing: it is a whole file.
    case file
    /// Items of the example machine.
    case items
    /// Lines in the body of one of the example machine's instructions.
    case body

    /// Where the page says that the lines stand.
    var place: String {
      switch self {
      case .file: "A whole file"
      case .items: "Among a machine's items"
      case .body: "In the body of an instruction"
      }
    }
  }

  /// The message in general; stands alone, no full stop.
  public var title: String
  public var meaning: String
  /// Why a description must not be so.
  public var reason: String
  public var frame: Frame
  /// Lines that give the message, and no other.
  public var wrong: String
  /// The same lines as they should be; they give no message.
  public var mended: String

  init(
    _ title: String, meaning: String, reason: String, in frame: Frame = .items, wrong: String,
    mended: String
  ) {
    self.title = title
    self.meaning = meaning
    self.reason = reason
    self.frame = frame
    self.wrong = wrong
    self.mended = mended
  }

  /// The lines of an example as a complete description.
  public func description(of example: String) -> String {
    switch frame {
    case .file: example
    case .items: "\(Self.machine)\n\(example)\n"
    case .body: "\(Self.machine)\n\(Self.instruction(example))\n"
    }
  }

  /// The machine of the examples: as small as a machine may be. Its first instruction stands for
  /// all others, so that nothing is declared without use.
  static let machine = """
    machine example "The machine of the examples"
    manual book = "The Example's Handbook" { section "Instructions"  section "Traps" }

    layout PSW : 16 {
      mode 8    mode { 0 = supervisor, 1 = user }
      pc   7..0 pc
    }
    register psw  : PSW
    register r[4] : 8 plain
    memory storage : 8 -> 8 plain

    modes paper { user psw.mode == user  supervisor psw.mode == supervisor }
    entry program { psw := 0 }
    trap privileged_operation = program cite book "Traps"
    trap operation            = program cite book "Traps"
    undefined trap operation as program
    fetch storage at psw.pc
    advance psw.pc := psw.pc + length

    instr STORE "Store" {
      syntax "STORE r{x},{a}"
      cite   book "Instructions"
      encode 0:6 x:2 a:8
      storage[a] := r[x]
    }

    """

  private static func instruction(_ body: String) -> String {
    let lines = body.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }
    return """
      instr EXAMPLE "Example" {
        cite   book "Instructions"
        encode 0x80:8
      \(lines.joined(separator: "\n"))
      }
      """
  }
}
