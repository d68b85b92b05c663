/// `popek new`
enum NewCommand: Command {
  static let name = "new"
  static let summary = "write a commented description to start from"
  static let operands = "NAME"
  static let operandCount = 1...1
  static let options: [CommandOption] = [
    .value("output", "FILE", letter: "o", "where to; default NAME.isa")
  ]
  static let details = """
    NAME is the machine's id: a letter, then letters, digits and _. The description is a whole small
    machine with two modes and a relocation-bounds register: it validates and classifies at once.
    A file that exists is left alone.
    """
  static let examples = ["new mymachine", "new mymachine -o machines/mymachine.isa"]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws -> ExitStatus {
    let name = arguments.operands[0]
    let isName = name.utf8.enumerated().allSatisfy { index, byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): index > 0
      default: false
      }
    }
    guard isName, !name.isEmpty, name.utf8.count <= 64 else {
      throw UsageError("'\(name)' cannot name a machine", help: "a letter, then letters, digits, _")
    }
    let path = arguments.value("output") ?? "\(name).isa"
    try TemporaryFiles.write(Skeleton.text(name: name).utf8, to: path, replacing: false)
    console.line("\(path): try popek validate \(path), then popek classify \(path)")
    return .success
  }
}
