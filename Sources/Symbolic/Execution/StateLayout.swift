import ISACore

/// Where each register of a machine stands among a symbolic state's terms.
public struct StateLayout: Sendable {
  /// Register files of at most this many elements are one term per element, larger ones an array.
  public static let largestFileByElement = 64

  public let registers: [Register]
  public let memories: [Memory]
  /// First slot of each register.
  private let slots: [Int]
  /// Number of terms that hold the registers.
  public let slotCount: Int

  public init(_ isa: InstructionSet) {
    registers = isa.registers
    memories = isa.memories
    var slots: [Int] = []
    var next = 0
    for register in isa.registers {
      slots.append(next)
      next += register.count <= StateLayout.largestFileByElement ? register.count : 1
    }
    self.slots = slots
    slotCount = next
  }

  public func register(_ id: RegisterID) -> Register { registers[Int(id)] }

  /// Whether the file is held as one array term.
  public func isArray(_ id: RegisterID) -> Bool {
    registers[Int(id)].count > StateLayout.largestFileByElement
  }

  /// The slot of an element; of the whole file where it is one array term.
  public func slot(_ id: RegisterID, element: Int = 0) -> Int {
    slots[Int(id)] + (isArray(id) ? 0 : element)
  }

  /// Bits that number all elements of a file that is an array term.
  public func indexWidth(_ id: RegisterID) -> Int {
    let count = registers[Int(id)].count
    return max(1, Int.bitWidth - (count - 1).leadingZeroBitCount)
  }

  /// What every slot holds, in order.
  public var elements: [(register: RegisterID, element: Int)] {
    registers.indices.flatMap { index -> [(register: RegisterID, element: Int)] in
      let id = RegisterID(index)
      return isArray(id) ? [(id, 0)] : (0..<registers[index].count).map { (id, $0) }
    }
  }

  /// Whether accesses to the memory are translated.
  public func isTranslated(_ id: MemoryID) -> Bool { memories[Int(id)].translate != nil }
}
