import ISACore

/// Writes a random `monitor` block for a tiny machine: sound ones and faulty ones alike.
struct TinyMonitorWriter {
  let isa: InstructionSet
  let pieces: [TinyMachine.Piece]
  let storage: MemoryID
  var random: SeededGenerator
  private var builder = ProgramBuilder()

  init(
    isa: InstructionSet, pieces: [TinyMachine.Piece], storage: MemoryID, random: SeededGenerator
  ) {
    self.isa = isa
    self.pieces = pieces
    self.storage = storage
    self.random = random
  }

  private mutating func chance(_ percent: Int) -> Bool { random.below(100) < percent }

  mutating func monitor() -> MonitorMap {
    let memory = isa.memories[Int(storage)]
    let origin = builder.newParameter("origin", width: memory.addressWidth)
    let extent = builder.newParameter("extent", width: memory.addressWidth + 1)
    _ = builder.newParameter("guest", width: 8)
    var elements: [MonitorMap.StateMapping] = []
    var body: [Statement] = []
    for piece in pieces where piece.element == 0 {
      var standing = standing(of: piece.role)
      // Of a file no element is computed.
      if isa.registers[Int(piece.register)].isFile, standing == .mapped { standing = .owned }
      elements.append(
        .init(
          register: piece.register, low: piece.low, width: piece.width, standing: standing,
          span: .none))
      if standing == .mapped {
        let value = value(of: piece, origin: origin, extent: extent)
        body.append(
          Statement(
            .write(piece.register, index: nil, low: piece.low, width: piece.width, value: value)))
      }
    }
    builder.program.body = body
    // One guest that has all of it, at times: then its translation needs no bound.
    let isWhole = chance(40)
    let share = MonitorMap.StorageShare(
      memory: storage, reserved: isWhole || chance(50) ? 0 : 1,
      granule: isWhole ? memory.size : 1, span: .none)
    return MonitorMap(storage: [share], elements: elements, map: builder.program, span: .none)
  }

  private mutating func standing(of role: Role) -> MonitorMap.Standing {
    switch role {
    case .mode: chance(90) ? .mapped : .owned
    case .map: chance(75) ? .mapped : chance(50) ? .direct : .owned
    case .plain, .pc: chance(93) ? .direct : .owned
    case .resource: chance(50) ? .direct : chance(50) ? .owned : .mapped
    case .timer, .device: chance(60) ? .owned : .direct
    }
  }

  /// What stands in the real machine for a piece of the virtual one.
  private mutating func value(
    of piece: TinyMachine.Piece, origin: LocalID, extent: LocalID
  ) -> ExpressionID {
    let own = builder.read(piece.register, low: piece.low, width: piece.width)
    if piece.role == .mode { return builder.constant(1, width: piece.width) }
    guard piece.role == .map else {
      return chance(60)
        ? builder.constant(UInt128(random.below(1 << piece.width)), width: piece.width)
        : builder.unary(.not, own)
    }
    let parameter = chance(75) ? origin : extent
    let distance = builder.resized(builder.local(parameter), to: piece.width)
    return builder.binary(chance(80) ? .add : .xor, own, distance)
  }
}
