import ISACore

/// What is known of the machine at one point of a program, whatever state it started from.
struct AbstractState {
  /// A register file: its elements are not told apart.
  struct File {
    /// Labels of what was written to some element.
    var labels: Labels = []
    /// Roles of the bits written.
    var changed: RoleSet = []
    /// Told apart by the number of the last write; equal stamps are equal contents.
    var stamp: Int32 = 0
  }

  /// A memory: its units are not told apart.
  struct Store {
    /// Labels of what was stored, and where.
    var labels: Labels = []
    /// Roles of the units stored to.
    var changed: RoleSet = []
    var stamp: Int32 = 0
  }

  var locals: [AbstractValue]
  /// By register; unused for files.
  var registers: [AbstractValue]
  var files: [File]
  var memories: [Store]
  /// Bits of map or moved state were written: the translation is no longer the original one.
  var isMapWritten = false
  /// Nothing but locals was written yet.
  var isClean = true

  /// Whether nothing but locals changed between two states.
  func isSameOutside(locals other: AbstractState) -> Bool {
    zip(registers, other.registers).allSatisfy { $0.isSame(as: $1) }
      && zip(files, other.files).allSatisfy { $0.stamp == $1.stamp }
      && zip(memories, other.memories).allSatisfy { $0.stamp == $1.stamp }
  }

  /// The state after two ways meet; what differs between them depends on `labels`.
  func joined(
    with other: AbstractState, labels: Labels, fresh: () -> Int32
  ) -> AbstractState {
    var result = self
    for index in locals.indices {
      result.locals[index] = AbstractState.join(
        locals[index], other.locals[index], labels: labels, fresh: fresh)
    }
    for index in registers.indices {
      result.registers[index] = AbstractState.join(
        registers[index], other.registers[index], labels: labels, fresh: fresh)
    }
    for index in files.indices where files[index].stamp != other.files[index].stamp {
      result.files[index].labels.formUnion(other.files[index].labels.union(labels))
      result.files[index].changed.formUnion(other.files[index].changed)
      result.files[index].stamp = fresh()
    }
    for index in memories.indices where memories[index].stamp != other.memories[index].stamp {
      result.memories[index].labels.formUnion(other.memories[index].labels.union(labels))
      result.memories[index].changed.formUnion(other.memories[index].changed)
      result.memories[index].stamp = fresh()
    }
    result.isMapWritten = isMapWritten || other.isMapWritten
    result.isClean = isClean && other.isClean
    return result
  }

  private static func join(
    _ left: AbstractValue, _ right: AbstractValue, labels: Labels, fresh: () -> Int32
  ) -> AbstractValue {
    if left.isSame(as: right) { return left }
    return left.zip(right) { a, b in
      if a.isSame(as: b) { return a }
      return AbstractValue.Part(
        width: a.width, constant: nil, number: fresh(), offset: 0,
        labels: a.dependence.union(b.dependence).union(labels))
    }
  }

  /// Makes room at the head of a loop for what its body left behind.
  ///
  /// - Parameter widened: values already given up as constants or copies, kept from pass to pass.
  /// - Returns: whether nothing new was learnt, and the loop is understood.
  mutating func widen(
    by after: AbstractState, labels: Labels, widened: inout LoopMemory, fresh: () -> Int32
  ) -> Bool {
    var isStable = true
    for index in locals.indices {
      let stable = AbstractState.widen(
        &locals[index], by: after.locals[index], labels: labels,
        isWidened: &widened.locals[index], fresh: fresh)
      isStable = isStable && stable
    }
    for index in registers.indices {
      let stable = AbstractState.widen(
        &registers[index], by: after.registers[index], labels: labels,
        isWidened: &widened.registers[index], fresh: fresh)
      isStable = isStable && stable
    }
    for index in files.indices where after.files[index].stamp != files[index].stamp {
      let new = after.files[index].labels.union(labels)
      if !files[index].labels.isSuperset(of: new)
        || !files[index].changed.isSuperset(of: after.files[index].changed)
        || !widened.files[index]
      {
        files[index].labels.formUnion(new)
        files[index].changed.formUnion(after.files[index].changed)
        if !widened.files[index] { files[index].stamp = fresh() }
        widened.files[index] = true
        isStable = false
      }
    }
    for index in memories.indices where after.memories[index].stamp != memories[index].stamp {
      let new = after.memories[index].labels.union(labels)
      if !memories[index].labels.isSuperset(of: new)
        || !memories[index].changed.isSuperset(of: after.memories[index].changed)
        || !widened.memories[index]
      {
        memories[index].labels.formUnion(new)
        memories[index].changed.formUnion(after.memories[index].changed)
        if !widened.memories[index] { memories[index].stamp = fresh() }
        widened.memories[index] = true
        isStable = false
      }
    }
    if after.isMapWritten, !isMapWritten {
      isMapWritten = true
      isStable = false
    }
    if !after.isClean, isClean {
      isClean = false
      isStable = false
    }
    return isStable
  }

  private static func widen(
    _ value: inout AbstractValue, by after: AbstractValue, labels: Labels,
    isWidened: inout Bool, fresh: () -> Int32
  ) -> Bool {
    if value.isSame(as: after) { return true }
    let all = value.labels.union(after.labels).union(labels)
    if isWidened, value.labels.isSuperset(of: all) { return true }
    if isWidened {
      // The number stands for "what this holds at the head of the loop" and is kept.
      let number = value.parts.first?.number ?? fresh()
      value = AbstractValue(number: number, width: value.width, labels: all)
    } else {
      value = AbstractValue(number: fresh(), width: value.width, labels: all)
      isWidened = true
    }
    return false
  }
}

/// What a loop has widened so far.
struct LoopMemory {
  var locals: [Bool]
  var registers: [Bool]
  var files: [Bool]
  var memories: [Bool]

  init(_ state: AbstractState) {
    locals = Array(repeating: false, count: state.locals.count)
    registers = Array(repeating: false, count: state.registers.count)
    files = Array(repeating: false, count: state.files.count)
    memories = Array(repeating: false, count: state.memories.count)
  }
}
