import ISACore

/// Some bits of a register that stand and fall together: one role, one name, moved by the
/// machine's `shift` or not.
struct StatePiece: Sendable {
  var register: RegisterID
  /// Lowest bit, counted from the right.
  var low: Int
  /// Bits.
  var width: Int
  var role: Role
  /// `psw.key`, or the register's name where no field covers the bits.
  var name: String
  /// Whether the machine's `shift` writes these bits.
  var isMoved: Bool
  /// Index into `RoleLayout.gates`, for resources, timers and devices.
  var gate: Int?
}

/// A named resource, timer or device: the q of the definitions.
struct Gate: Sendable {
  enum Place: Sendable {
    case register(RegisterID, mask: UInt128)
    case memory(MemoryID)
    case region(MemoryID, ClosedRange<UInt64>)
  }
  var name: String
  var role: Role
  var place: Place
}

/// The machine's state cut into pieces, and its two modes: what "equal but for" is made of.
struct RoleLayout: Sendable {
  let pair: ModePair
  /// By register, from the lowest bit up.
  let pieces: [StatePiece]
  /// Pieces of each register.
  let piecesOfRegister: [Range<Int>]
  let gates: [Gate]
  /// By register, where its pieces lie.
  let pieceBits: [[(low: Int, width: Int)]]
  /// Where each register's first element stands in the flat list of elements.
  let offsets: [Int]
  /// Elements of all registers.
  let elementCount: Int
  /// By register, then by role (in the order of `Role.allCases`): the bits of that role.
  private let roleMasks: [[UInt128]]
  /// By register: the bits that `shift` writes.
  let movedMasks: [UInt128]
  /// By register: the bits that decide where storage is found, or that `shift` has to do with.
  let translationMasks: [UInt128]
  /// Whether the machine says how its map moves.
  let canShift: Bool
  /// Whether what is told apart is not what `shift` moves but what does not stand direct under the
  /// monitor's map.
  let isMonitored: Bool
  /// What translations look up in storage.
  let tables: MapTables

  /// - Parameter underMonitor: take for moved what does not stand direct under `isa.monitor`.
  init(_ isa: InstructionSet, pair: ModePair, underMonitor: Bool = false) {
    self.pair = pair
    isMonitored = underMonitor
    canShift = isa.shift != nil
    tables = MapTables(isa)
    let moved =
      underMonitor
      ? isa.standingMasks { $0 != .direct }
      : RoleLayout.writtenMasks(isa.shift, isa)
    movedMasks = moved
    var translationMasks = moved
    for program in isa.memories.compactMap(\.translate) + [isa.shift].compactMap({ $0 }) {
      for (register, mask) in RoleLayout.readMasks(program, isa).enumerated() {
        translationMasks[register] |= mask
      }
    }
    self.translationMasks = translationMasks
    var pieces: [StatePiece] = []
    var ranges: [Range<Int>] = []
    var gates: [Gate] = []
    var gateOfName: [String: Int] = [:]
    var offsets: [Int] = []
    var masks: [[UInt128]] = []
    var count = 0
    for (index, register) in isa.registers.enumerated() {
      offsets.append(count)
      count += register.count
      let start = pieces.count
      let modeMask = RoleLayout.modeMask(pair, register: RegisterID(index))
      var registerMasks = [UInt128](repeating: 0, count: Role.allCases.count)
      for bit in 0..<register.width {
        let field = register.fields.first { $0.low <= bit && bit < $0.low + $0.width }
        let isMode = modeMask >> UInt128(bit) & 1 == 1
        let role = isMode ? Role.mode : field?.role ?? register.role
        let name = field.map { "\(register.name).\($0.name)" } ?? register.name
        let isMoved = moved[index] >> UInt128(bit) & 1 == 1
        registerMasks[role.index] |= UInt128(1) << UInt128(bit)
        if var last = pieces.last, pieces.count > start, last.role == role, last.name == name,
          last.isMoved == isMoved
        {
          last.width += 1
          pieces[pieces.count - 1] = last
        } else {
          pieces.append(
            StatePiece(
              register: RegisterID(index), low: bit, width: 1, role: role, name: name,
              isMoved: isMoved))
        }
      }
      for piece in start..<pieces.count where pieces[piece].role.isGate {
        let bits =
          BitVector.mask(pieces[piece].width) << UInt128(pieces[piece].low)
        if let gate = gateOfName[pieces[piece].name],
          case .register(let owner, let mask) = gates[gate].place
        {
          gates[gate].place = .register(owner, mask: mask | bits)
          pieces[piece].gate = gate
        } else {
          gateOfName[pieces[piece].name] = gates.count
          pieces[piece].gate = gates.count
          gates.append(
            Gate(
              name: pieces[piece].name, role: pieces[piece].role,
              place: .register(RegisterID(index), mask: bits)))
        }
      }
      ranges.append(start..<pieces.count)
      masks.append(registerMasks)
    }
    for (index, memory) in isa.memories.enumerated() {
      if memory.role.isGate {
        gates.append(Gate(name: memory.name, role: memory.role, place: .memory(MemoryID(index))))
      }
      for region in memory.regions where region.role.isGate {
        gates.append(
          Gate(
            name: region.name, role: region.role,
            place: .region(MemoryID(index), region.first...max(region.first, region.last))))
      }
    }
    self.pieces = pieces
    piecesOfRegister = ranges
    pieceBits = ranges.map { pieces[$0].map { ($0.low, $0.width) } }
    self.gates = gates
    self.offsets = offsets
    elementCount = count
    roleMasks = masks
  }

  /// The bits of a register whose role is in `roles`.
  func mask(_ register: RegisterID, roles: RoleSet) -> UInt128 {
    var mask: UInt128 = 0
    for role in Role.allCases where roles.contains(RoleSet(role)) {
      mask |= roleMasks[Int(register)][role.index]
    }
    return mask
  }

  /// The roles of some bits of a register, the pair's modes included.
  func roles(_ register: RegisterID, mask: UInt128) -> RoleSet {
    var roles: RoleSet = []
    for role in Role.allCases where roleMasks[Int(register)][role.index] & mask != 0 {
      roles.insert(RoleSet(role))
    }
    return roles
  }

  /// The bits that decide between the pair's two modes.
  private static func modeMask(_ pair: ModePair, register: RegisterID) -> UInt128 {
    (pair.user + pair.supervisor).reduce(0) { mask, equality in
      equality.register == register
        ? mask | BitVector.mask(equality.width) << UInt128(equality.low) : mask
    }
  }

  /// By register: the bits a program may read, read off its nodes.
  static func readMasks(_ program: Program, _ isa: InstructionSet) -> [UInt128] {
    var masks = [UInt128](repeating: 0, count: isa.registers.count)
    for node in program.nodes where node.op == .read {
      masks[Int(node.a)] |= BitVector.mask(Int(node.width)) << UInt128(node.c)
    }
    return masks
  }

  /// By register: the bits a program may write, read off its statements.
  static func writtenMasks(_ program: Program?, _ isa: InstructionSet) -> [UInt128] {
    var masks = [UInt128](repeating: 0, count: isa.registers.count)
    program?.forEachStatement { statement in
      if case .write(let register, _, let low, let width, _) = statement.kind {
        masks[Int(register)] |= BitVector.mask(width) << UInt128(low)
      }
    }
    return masks
  }
}

extension Role {
  /// Place in `Role.allCases`.
  var index: Int {
    switch self {
    case .plain: 0
    case .mode: 1
    case .pc: 2
    case .map: 3
    case .resource: 4
    case .timer: 5
    case .device: 6
    }
  }

  /// Whether state of this role is a q of the definitions: a resource, a timer or a device.
  var isGate: Bool {
    switch self {
    case .resource, .timer, .device: true
    case .plain, .mode, .pc, .map: false
    }
  }
}

extension RoleSet {
  /// The paper's control state: M and R.
  static let strictControl: RoleSet = [.mode, .map]
  /// The same with the roles that extend the paper.
  static let extendedControl: RoleSet = [.mode, .map, .resource, .timer, .device]
}

extension Program {
  /// Whether it loads or stores anything.
  var touchesStorage: Bool {
    var touches = false
    forEachStatement { statement in
      switch statement.kind {
      case .load, .store, .probe: touches = true
      default: break
      }
    }
    return touches
  }
}
