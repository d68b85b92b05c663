import ISACore

/// Micro-ops on values of more than 64 bits and primitives, out of line and by the reference semantics.
extension Core {
  @inline(never)
  static func wideUnary(_ op: MicroOp, _ frame: UnsafeMutablePointer<UInt64>) {
    let x = Slot(offset: op.a, isWide: op.flags.contains(.wideA)).value(in: frame)
    let result = Fold.unary(
      Operator(rawValue: UInt8(truncatingIfNeeded: op.c)) ?? .zext, x, width: Int(op.width),
      resultWidth: Int(op.low), low: Int(op.b))
    Slot(offset: op.d, isWide: op.flags.contains(.wideD)).set(result, in: frame)
  }

  @inline(never)
  static func wideBinary(_ op: MicroOp, _ frame: UnsafeMutablePointer<UInt64>) {
    let x = Slot(offset: op.a, isWide: op.flags.contains(.wideA)).value(in: frame)
    let y = Slot(offset: op.b, isWide: op.flags.contains(.wideB)).value(in: frame)
    let result = Fold.binary(
      Operator(rawValue: UInt8(truncatingIfNeeded: op.c)) ?? .add, x, y, width: Int(op.width),
      rightWidth: Int(op.low))
    Slot(offset: op.d, isWide: op.flags.contains(.wideD)).set(result, in: frame)
  }

  @inline(never)
  static func ieee(_ op: MicroOp, _ frame: UnsafeMutablePointer<UInt64>) {
    let x = Slot(offset: op.a, isWide: op.flags.contains(.wideA)).value(in: frame)
    let y = Slot(offset: op.b, isWide: op.flags.contains(.wideB)).value(in: frame)
    let result = Fold.function(
      .ieee, x, y, UInt128(frame[Int(op.c)]), width: Int(op.width), rightWidth: Int(op.low),
      resultWidth: op.flags.contains(.wideD) ? 128 : 64)
    Slot(offset: op.d, isWide: op.flags.contains(.wideD)).set(result, in: frame)
  }

  // MARK: Registers

  /// First word of the element that the micro-op names; nil beyond the file.
  private func element(
    _ op: MicroOp, _ frame: UnsafeMutablePointer<UInt64>
  ) -> UnsafeMutablePointer<UInt64>? {
    let layout = registers.layouts[Int(op.c)]
    var index: UInt128 = 0
    if op.b >= 0 {
      index = Slot(offset: op.b, isWide: op.flags.contains(.wideB)).value(in: frame)
    }
    guard index < UInt128(layout.count) else { return nil }
    return registers.words + Int(layout.base) + Int(index) * Int(layout.stride)
  }

  @inline(never)
  func readWide(_ op: MicroOp, _ frame: UnsafeMutablePointer<UInt64>) {
    var value: UInt128 = 0
    if let word = element(op, frame) {
      let isWide = registers.layouts[Int(op.c)].stride == 2
      value = isWide ? UInt128(word[1]) << 64 | UInt128(word[0]) : UInt128(word[0])
    }
    value = value >> UInt128(op.low) & BitVector.mask(Int(op.width))
    Slot(offset: op.d, isWide: op.flags.contains(.wideD)).set(value, in: frame)
  }

  @inline(never)
  mutating func writeWide(_ op: MicroOp, _ frame: UnsafeMutablePointer<UInt64>) {
    guard let word = element(op, frame) else { return }
    let value = Slot(offset: op.d, isWide: op.flags.contains(.wideD)).value(in: frame)
    let field = BitVector.mask(Int(op.width)) << UInt128(op.low)
    let bits = value << UInt128(op.low) & field
    journal.record(word)
    word[0] = word[0] & ~UInt64(truncatingIfNeeded: field) | UInt64(truncatingIfNeeded: bits)
    guard registers.layouts[Int(op.c)].stride == 2 else { return }
    journal.record(word + 1)
    word[1] =
      word[1] & ~UInt64(truncatingIfNeeded: field >> 64) | UInt64(truncatingIfNeeded: bits >> 64)
  }

  // MARK: Memory

  /// False: the translation trapped.
  @inline(never)
  mutating func loadWide(_ op: MicroOp, _ frame: UnsafeMutablePointer<UInt64>) -> Bool {
    let isReal = op.flags.contains(.isReal)
    let address = frame[Int(op.a)]
    let memory = Int(op.c)
    let units = Int(op.b)
    guard locate(memory, address, units: units, intent: .load, isReal: isReal) else { return false }
    let value = loadLocated(memory, units: units)
    Slot(offset: op.d, isWide: true).set(value, in: frame)
    if isTracing {
      trace(memory, address, units: units, intent: .load, isReal: isReal, value: value)
    }
    return true
  }

  /// False: the translation trapped.
  @inline(never)
  mutating func storeWide(_ op: MicroOp, _ frame: UnsafeMutablePointer<UInt64>) -> Bool {
    let isReal = op.flags.contains(.isReal)
    let address = frame[Int(op.a)]
    let memory = Int(op.c)
    let units = Int(op.b)
    guard locate(memory, address, units: units, intent: .store, isReal: isReal) else {
      return false
    }
    let value = Slot(offset: op.d, isWide: true).value(in: frame)
    storeLocated(memory, units: units, value: value)
    if isTracing {
      trace(memory, address, units: units, intent: .store, isReal: isReal, value: value)
    }
    return true
  }

  /// False: the translation trapped.
  @inline(never)
  mutating func probe(_ op: MicroOp, _ frame: UnsafeMutablePointer<UInt64>) -> Bool {
    let isReal = op.flags.contains(.isReal)
    let intent = Intent(rawValue: op.width) ?? .load
    let address = frame[Int(op.a)]
    let wasRecording = isRecording
    isRecording = false
    defer { isRecording = wasRecording }
    guard locate(Int(op.c), address, units: Int(op.b), intent: intent, isReal: isReal) else {
      return false
    }
    if isTracing {
      trace(Int(op.c), address, units: Int(op.b), intent: intent, isReal: isReal, value: nil)
    }
    return true
  }

  /// What a translation leaves behind in its tables. It is no access of the program's, and is not
  /// traced as one.
  @inline(never)
  mutating func record(_ op: MicroOp, _ frame: UnsafeMutablePointer<UInt64>) {
    let memory = Int(op.c)
    let address = frame[Int(op.a)] & translations[memory].addressMask
    let units = Int(op.b)
    let value = Slot(offset: op.d, isWide: op.flags.contains(.wideD)).value(in: frame)
    guard memories[memory].loadByUnit(address, units: units) != value else { return }
    hasRecorded = true
    if isRecording {
      memories[memory].storeByUnit(address, units: units, value: value, &journal)
    }
  }
}
