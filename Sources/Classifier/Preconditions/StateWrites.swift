import ISACore

/// What a program may write and what its writes are made from, read off its statements.
struct StateWrites {
  /// By register: bits written.
  var written: [UInt128]
  /// By register: bits whose old value goes into something that is written.
  var kept: [UInt128]
  /// Roles of everything written, storage past the translation included.
  var roles: RoleSet = []

  init(_ program: Program, layout: RoleLayout, isa: InstructionSet) {
    written = RoleLayout.writtenMasks(program, isa)
    kept = Array(repeating: 0, count: isa.registers.count)
    for (register, mask) in written.enumerated() where mask != 0 {
      roles.formUnion(layout.roles(RegisterID(register), mask: mask))
    }
    var sources = DataSources(program)
    program.forEachStatement { statement in
      switch statement.kind {
      case .store(let access, let value):
        let memory = isa.memories[Int(access.memory)]
        if access.isReal || memory.translate == nil {
          if let address = program.constantValue(access.address) {
            roles.formUnion(memory.roles(from: address, units: access.units).roles)
          } else {
            roles.insert(RoleSet(memory.role))
            for region in memory.regions { roles.insert(RoleSet(region.role)) }
          }
        }
        sources.follow(value)
      case .write(_, _, _, _, let value): sources.follow(value)
      default: break
      }
    }
    for node in sources.reads {
      kept[Int(node.a)] |= BitVector.mask(Int(node.width)) << UInt128(node.c)
    }
  }
}

/// The state that values are made from, through any number of named steps.
struct DataSources {
  private let program: Program
  private var seen: Set<ExpressionID> = []
  private var locals: Set<LocalID> = []
  /// Reads of state.
  private(set) var reads: [Node] = []

  init(_ program: Program) { self.program = program }

  mutating func follow(_ id: ExpressionID) {
    guard seen.insert(id).inserted else { return }
    let node = program[id]
    switch node.op.shape {
    case .leaf:
      if node.op == .read { reads.append(node) }
      if node.op == .local { follow(local: node.a) }
    case .unary: follow(node.a)
    case .binary:
      follow(node.a)
      follow(node.b)
    case .ternary:
      // What chooses is not kept.
      follow(node.b)
      follow(node.c)
    case .function:
      follow(node.a)
      follow(node.b)
      follow(node.c)
    }
  }

  private mutating func follow(local: LocalID) {
    guard locals.insert(local).inserted else { return }
    var values: [ExpressionID] = []
    program.forEachStatement { statement in
      if case .assign(local, let value) = statement.kind { values.append(value) }
    }
    for value in values { follow(value) }
  }
}
