import ISACore

/// How a program left the interpreter; details stand in the core.
enum Exit: UInt8 {
  case completed, trapped, performs
}

/// The state of one machine and the interpreter's working storage, behind unsafe pointers only:
/// nothing here is reference-counted or checked for exclusive access while programs run.
struct Core: ~Copyable {
  /// How the addresses of one memory are translated.
  struct Translation {
    /// By intent; nil: addresses are real.
    var programs: UnsafeMutablePointer<UnsafeMutablePointer<CompiledProgram>>?
    /// Units that translate as one.
    var granule: UInt64
    /// granule - 1 if that is a mask, else 0.
    var granuleMask: UInt64
    var addressMask: UInt64
  }

  var journal = Journal()
  let registers: RegisterStorage
  let memories: UnsafeMutablePointer<PagedMemory>
  let memoryCount: Int
  let translations: UnsafeMutablePointer<Translation>

  // MARK: What the last exit left behind

  var trap: TrapID = 0
  var trapClass: TrapClass = .program
  var trapArguments: [UInt128] = []
  var performedBits: UInt128 = 0
  var performedWidth = 0
  var nestedTrap: TrapID = 0

  // MARK: The access under way

  /// Real address of its first unit.
  var realAddress: UInt64 = 0
  /// Its blocks lie apart in real memory: they are in `runs`.
  var isSplit = false
  var runs: [(real: UInt64, units: Int)] = []
  var isTracing = false
  var accesses: [AccessRecord] = []
  /// Whether translations record accesses in their tables, or only note that they would.
  var isRecording = true
  /// A translation had something to record.
  var hasRecorded = false

  // MARK: Open values

  var openness: OpennessPolicy = .zeros
  var randomState: UInt64 = 0
  /// Open values drawn so far.
  var openValues: UInt64 = 0

  init(_ isa: InstructionSet, choices: [ChoiceID: UInt128]) {
    registers = RegisterStorage(isa.registers)
    memoryCount = isa.memories.count
    memories = .allocate(capacity: max(1, memoryCount))
    translations = .allocate(capacity: max(1, memoryCount))
    for (index, declared) in isa.memories.enumerated() {
      var memory = declared
      if let choice = memory.sizeChoice, let size = choices[choice] {
        memory.size = UInt64(clamping: size)
      }
      (memories + index).initialize(
        to: PagedMemory(
          memory, identifier: index, endianness: isa.endianness,
          granule: isa.monitor?.storage.first { Int($0.memory) == index }?.granule))
      let granule = UInt64(max(1, memory.granule))
      (translations + index).initialize(
        to: Translation(
          programs: nil, granule: granule,
          granuleMask: granule & (granule - 1) == 0 ? granule - 1 : 0,
          addressMask: UInt64(truncatingIfNeeded: BitVector.mask(memory.addressWidth))))
    }
  }

  deinit {
    (memories).deinitialize(count: memoryCount)
    memories.deallocate()
    for index in 0..<memoryCount {
      guard let programs = translations[index].programs else { continue }
      for intent in Intent.allCases { Core.release(programs[Int(intent.rawValue)]) }
      programs.deallocate()
    }
    translations.deallocate()
  }

  /// Frees a compiled program with its code and its frame.
  static func release(_ program: UnsafeMutablePointer<CompiledProgram>) {
    program.pointee.deallocate()
    program.deinitialize(count: 1)
    program.deallocate()
  }

  /// Some write found no page left.
  var isExhausted: Bool {
    for index in 0..<memoryCount where memories[index].isExhausted { return true }
    return false
  }

  // MARK: Programs

  /// Clears the program's locals, sets its parameters and runs it.
  mutating func run(
    _ program: UnsafeMutablePointer<CompiledProgram>, parameters: [UInt128] = []
  ) -> Exit {
    zeroLocals(of: program)
    for (index, value) in parameters.enumerated()
    where index < program.pointee.parameters.count {
      let (slot, width) = program.pointee.parameters[index]
      slot.set(value & BitVector.mask(width), in: program.pointee.frame)
    }
    return interpret(program)
  }

  @inline(__always)
  func zeroLocals(of program: UnsafeMutablePointer<CompiledProgram>) {
    for index in 0..<program.pointee.zeroedCount {
      program.pointee.frame[Int(program.pointee.zeroed[index])] = 0
    }
  }

  /// Takes a trap's arguments from the frame of the program that raises it.
  @inline(never)
  mutating func raise(_ program: UnsafeMutablePointer<CompiledProgram>, site: Int) {
    let site = program.pointee.trapSites[site]
    trap = site.trap
    trapClass = site.trapClass
    trapArguments.removeAll(keepingCapacity: true)
    for slot in site.arguments { trapArguments.append(slot.value(in: program.pointee.frame)) }
  }

  // MARK: Open values

  /// A value that the manual leaves open; of `alternatives` if that is not zero.
  @inline(never)
  mutating func openValue(width: Int, alternatives: Int) -> UInt128 {
    openValues &+= 1
    guard case .seeded = openness else { return 0 }
    let value = UInt128(nextRandom()) << 64 | UInt128(nextRandom())
    return alternatives > 0 ? value % UInt128(alternatives) : value & BitVector.mask(width)
  }

  /// SplitMix64.
  private mutating func nextRandom() -> UInt64 {
    randomState &+= 0x9E37_79B9_7F4A_7C15
    var z = randomState
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
