import ISACore
import Machine

/// A byte-addressed machine of the third generation's kind: sixteen registers, a base and a bound,
/// a two-byte instruction and a four-byte one, an instruction that executes another.
enum Toy {
  static let pc: RegisterID = 0
  static let gr: RegisterID = 1
  static let base: RegisterID = 2
  static let bound: RegisterID = 3
  static let cause: RegisterID = 4
  static let oldPC: RegisterID = 5
  static let oldLength: RegisterID = 6
  static let pending: RegisterID = 7
  static let ticks: RegisterID = 8

  static let outOfBounds: TrapID = 0
  static let undefined: TrapID = 1
  static let nested: TrapID = 2
  static let signal: TrapID = 3

  /// Where entry sequences go.
  static let handler: UInt128 = 0x7000

  static var isa: InstructionSet {
    var isa = InstructionSet(
      id: "toy", name: "Toy",
      fetch: Fetch(
        memory: 0, program: ProgramBuilder.result(16) { $0.read(pc, 16) }, chunk: 2, span: .none))
    isa.registers = [
      TestMachines.register("pc", 16), TestMachines.register("gr", 32, count: 16),
      TestMachines.register("base", 16), TestMachines.register("bound", 16),
      TestMachines.register("cause", 8), TestMachines.register("old_pc", 16),
      TestMachines.register("old_length", 8), TestMachines.register("pending", 1),
      TestMachines.register("ticks", 16),
    ]
    isa.memories = [
      TestMachines.memory(
        "storage", addressWidth: 16, unitWidth: 8, size: 0x8000, translate: translate, granule: 16)
    ]
    isa.entries = [Entry(name: "program", program: entry, citations: [], span: .none)]
    isa.traps = [
      trap("out_of_bounds", 1, label: "bounds:{0}"), trap("undefined", 2, label: "undefined"),
      trap("nested", 3, label: nil), trap("signal", 4, label: "signal"),
    ]
    isa.undefinedTrap = (undefined, .program)
    isa.instructions = instructions
    return isa
  }

  private static func trap(_ name: String, _ code: UInt128, label: String?) -> Trap {
    var builder = ProgramBuilder()
    if name == "out_of_bounds" { _ = builder.parameter("a", 16) }
    let argument = builder.local("code", 8)
    let value = builder.number(code, 8)
    builder.add(.assign(argument, value))
    return Trap(
      name: name, entry: 0, arguments: builder.program, entryArguments: [argument], label: label,
      citations: [], span: .none)
  }

  private static var entry: Program {
    .init { builder in
      let code = builder.parameter("code", 8)
      builder.write(oldPC, builder.read(pc, 16))
      builder.write(oldLength, builder.length(8))
      builder.write(cause, builder.value(of: code))
      builder.write(base, builder.number(0, 16))
      builder.write(bound, builder.number(0x8000, 16))
      builder.write(pc, builder.number(handler, 16))
    }
  }

  /// base + a where a < bound; granules of sixteen bytes.
  private static var translate: Program {
    .init { builder in
      let address = builder.parameter("a", 16)
      _ = builder.parameter("intent", 2)
      let result = builder.local("real", 16)
      builder.program.result = result
      let inside = builder.binary(.ult, builder.value(of: address), builder.read(bound, 16))
      let argument = builder.value(of: address)
      builder.add(
        .branch(
          builder.unary(.not, inside, 1),
          then: [statement(.trap(outOfBounds, .memory, arguments: [argument]))], otherwise: []))
      let sum = builder.binary(.add, builder.value(of: address), builder.read(base, 16))
      builder.add(.assign(result, sum))
    }
  }

  // MARK: Instructions

  private static let r1 = TestMachines.field("r1", 4)
  private static let r2 = TestMachines.field("r2", 4)

  private static func short(
    _ id: String, _ code: UInt128, _ build: (inout ProgramBuilder) -> Void
  ) -> Instruction {
    TestMachines.instruction(
      id,
      TestMachines.form(
        [.fixed(code, width: 8), .field(0, width: 4), .field(1, width: 4)], fields: [r1, r2],
        program: .init(build)))
  }

  private static func advance(_ builder: inout ProgramBuilder) {
    let next = builder.binary(.add, builder.read(pc, 16), builder.length(16))
    builder.write(pc, next)
  }

  private static func address(_ builder: inout ProgramBuilder) -> ExpressionID {
    let index = builder.field(1, 4)
    return builder.read(gr, 16, index: index)
  }

  private static var instructions: [Instruction] {
    [
      short("ADD", 0x10) { builder in
        let target = builder.field(0, 4)
        let source = builder.field(1, 4)
        let sum = builder.binary(
          .add, builder.read(gr, 32, index: target), builder.read(gr, 32, index: source))
        builder.write(gr, sum, index: target)
        advance(&builder)
      },
      short("LOAD", 0x20) { builder in
        let value = builder.local("value", 32)
        let address = address(&builder)
        builder.add(
          .load(value, Access(memory: 0, address: address, units: 4, isReal: false)))
        builder.write(gr, builder.value(of: value), index: builder.field(0, 4))
        advance(&builder)
      },
      short("STORE", 0x21) { builder in
        let value = builder.read(gr, 32, index: builder.field(0, 4))
        let address = address(&builder)
        builder.add(
          .store(Access(memory: 0, address: address, units: 4, isReal: false), value: value))
        advance(&builder)
      },
      short("FILL", 0x22, fill),
      short("EXECUTE", 0x30) { builder in
        builder.add(
          .perform(bits: builder.read(gr, 32, index: builder.field(1, 4)), nested: nested))
      },
      short("OPEN", 0x40) { builder in
        let value = builder.local("value", 32)
        builder.add(.havoc(value, .any))
        builder.write(gr, builder.value(of: value), index: builder.field(0, 4))
        advance(&builder)
      },
      TestMachines.instruction(
        "JUMP",
        TestMachines.form(
          [.fixed(0x50, width: 8), .field(0, width: 4), .ignored(width: 4), .field(1, width: 16)],
          fields: [r1, TestMachines.field("target", 16)],
          program: .init { builder in
            // Counts r1 down and jumps unless it has become zero.
            let index = builder.field(0, 4)
            let counted = builder.binary(
              .sub, builder.read(gr, 32, index: index), builder.number(1, 32))
            let isZero = builder.binary(.eq, counted, builder.number(0, 32))
            let next = builder.binary(.add, builder.read(pc, 16), builder.length(16))
            let target = builder.local("to", 16)
            builder.add(.assign(target, builder.choose(isZero, next, builder.field(1, 16))))
            builder.write(gr, counted, index: index)
            builder.write(pc, builder.value(of: target))
          })),
      TestMachines.instruction(
        "STAY", TestMachines.form([.fixed(0x60, width: 8), .ignored(width: 8)])),
    ]
  }

  /// `partial`: stores r1's low byte in the gr[0] bytes from gr[r2] on, one by one.
  private static func fill(_ builder: inout ProgramBuilder) {
    let count = builder.local("count", 16)
    builder.add(.assign(count, builder.read(gr, 16, index: builder.number(0, 4))))
    let done = builder.local("done", 16)
    let byte = builder.read(gr, 8, index: builder.field(0, 4))
    let to = builder.binary(.add, address(&builder), builder.value(of: done))
    let next = builder.binary(.add, builder.value(of: done), builder.number(1, 16))
    let body = [
      statement(.store(Access(memory: 0, address: to, units: 1, isReal: false), value: byte)),
      statement(.assign(done, next)),
    ]
    let more = builder.binary(.ult, builder.value(of: done), builder.value(of: count))
    builder.add(.loop(condition: more, bound: 256, body: body))
    advance(&builder)
  }

  // MARK: Set-up

  /// A machine with a program at 0x100 and all of storage in bounds.
  static func machine(
    _ bytes: [UInt8] = [], isa: InstructionSet = Toy.isa
  ) -> Machine {
    let machine = Machine(isa)
    machine.setRegister(pc, 0, 0x100)
    machine.setRegister(bound, 0, 0x8000)
    machine.place(bytes, at: 0x100)
    return machine
  }
}

extension Machine {
  /// Puts bytes at real addresses.
  func place(_ bytes: [UInt8], at address: UInt64) {
    for (offset, byte) in bytes.enumerated() {
      setUnit(0, address + UInt64(offset), UInt128(byte))
    }
  }
}
