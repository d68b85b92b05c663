import ISACore
import Machine

/// `gr[3]=5`, `psw.ia=0x200`: a value for a register, an element of a file, or a field.
struct Setting {
  private var register: RegisterID
  private var element = 0
  private var low = 0
  private var width: Int
  private var value: UInt128

  init(_ text: String, _ isa: InstructionSet) throws(UsageError) {
    func wrong(_ why: String, help: String? = nil) -> UsageError {
      UsageError("--set \(text): \(why)", help: help)
    }
    let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard sides.count == 2, let number = ParsedArguments.number(String(sides[1])) else {
      throw wrong("expected PLACE=NUMBER")
    }
    let parts = sides[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let head = parts[0].split(separator: "[", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(head[0])
    guard let index = isa.registers.firstIndex(where: { $0.name == name }) else {
      let near = Suggestion.closest(to: name, among: isa.registers.map(\.name))
      throw wrong("no register '\(name)'", help: near.map { "write \($0)" })
    }
    let declared = isa.registers[index]
    register = RegisterID(index)
    width = declared.width
    if head.count == 2 {
      guard head[1].hasSuffix("]"), let element = Int(head[1].dropLast()),
        (0..<declared.count).contains(element)
      else { throw wrong("the elements of \(name) are 0 to \(declared.count - 1)") }
      self.element = element
    } else if declared.isFile {
      throw wrong("\(name) is a file", help: "write \(name)[0]")
    }
    if parts.count == 2 {
      let wanted = String(parts[1])
      guard let field = declared.fields.first(where: { $0.name == wanted }) else {
        let near = Suggestion.closest(to: wanted, among: declared.fields.map(\.name))
        throw wrong("\(name) has no field '\(wanted)'", help: near.map { "write \($0)" })
      }
      low = field.low
      width = field.width
    }
    value = UInt128(number)
    guard value <= BitVector.mask(width) else {
      throw wrong("the number does not fit \(width) bits")
    }
  }

  func apply(to machine: Machine) {
    machine.setBits(register, element, low: low, width: width, value)
  }
}
