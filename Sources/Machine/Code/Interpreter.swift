import ISACore

/// Ones in the low `width` bits; `width` is 1…64.
@inline(__always)
private func mask(_ width: UInt8) -> UInt64 {
  ~0 &>> (64 &- UInt64(truncatingIfNeeded: width))
}

/// The low `width` bits as two's complement; `width` is 0…64.
@inline(__always)
private func signed(_ value: UInt64, _ width: UInt8) -> Int64 {
  let shift = Int64(64 &- Int(width))
  return (Int64(truncatingIfNeeded: value) &<< shift) &>> shift
}

extension Core {
  /// Runs a program whose inputs and locals are set.
  ///
  /// One loop, one switch: everything it needs is in local pointers, and whatever is rare is a
  /// call. Programs that this one runs on the way (`translate`) enter the loop anew.
  mutating func interpret(_ program: UnsafeMutablePointer<CompiledProgram>) -> Exit {
    let frame = program.pointee.frame
    let code = UnsafePointer(program.pointee.code)
    let words = registers.words
    var pc = code

    while true {
      let op = pc.pointee
      let d = frame + Int(op.d)
      pc += 1
      switch op.code {
      case .end:
        return .completed

      // MARK: Single words
      case .move:
        d.pointee = frame[Int(op.a)]
      case .not:
        d.pointee = ~frame[Int(op.a)] & mask(op.width)
      case .neg:
        d.pointee = (0 &- frame[Int(op.a)]) & mask(op.width)
      case .sext:
        d.pointee = UInt64(bitPattern: signed(frame[Int(op.a)], op.width)) & mask(op.low)
      case .extract:
        d.pointee = frame[Int(op.a)] &>> UInt64(op.low) & mask(op.width)
      case .popcount:
        d.pointee = UInt64(frame[Int(op.a)].nonzeroBitCount) & mask(op.low)
      case .clz:
        let zeros = frame[Int(op.a)].leadingZeroBitCount &- (64 &- Int(op.width))
        d.pointee = UInt64(truncatingIfNeeded: zeros) & mask(op.low)
      case .ctz:
        let zeros = min(frame[Int(op.a)].trailingZeroBitCount, Int(op.width))
        d.pointee = UInt64(truncatingIfNeeded: zeros) & mask(op.low)
      case .add:
        d.pointee = (frame[Int(op.a)] &+ frame[Int(op.b)]) & mask(op.width)
      case .sub:
        d.pointee = (frame[Int(op.a)] &- frame[Int(op.b)]) & mask(op.width)
      case .mul:
        d.pointee = (frame[Int(op.a)] &* frame[Int(op.b)]) & mask(op.width)
      case .udiv:
        let divisor = frame[Int(op.b)]
        d.pointee = divisor == 0 ? mask(op.width) : frame[Int(op.a)] / divisor
      case .urem:
        let divisor = frame[Int(op.b)]
        d.pointee = divisor == 0 ? frame[Int(op.a)] : frame[Int(op.a)] % divisor
      case .sdiv:
        let x = signed(frame[Int(op.a)], op.width)
        let y = signed(frame[Int(op.b)], op.width)
        // By magnitudes: a zero divisor's quotient is all ones, then negated with the signs.
        let quotient = y == 0 ? mask(op.width) : x.magnitude / y.magnitude
        d.pointee =
          (x < 0) != (y < 0) ? (0 &- quotient) & mask(op.width) : quotient & mask(op.width)
      case .srem:
        let x = signed(frame[Int(op.a)], op.width)
        let y = signed(frame[Int(op.b)], op.width)
        let remainder = y == 0 ? x.magnitude : x.magnitude % y.magnitude
        d.pointee = (x < 0 ? 0 &- remainder : remainder) & mask(op.width)
      case .and:
        d.pointee = frame[Int(op.a)] & frame[Int(op.b)]
      case .or:
        d.pointee = frame[Int(op.a)] | frame[Int(op.b)]
      case .xor:
        d.pointee = frame[Int(op.a)] ^ frame[Int(op.b)]
      case .shl:
        let amount = frame[Int(op.b)]
        d.pointee =
          amount >= UInt64(op.width) ? 0 : (frame[Int(op.a)] &<< amount) & mask(op.width)
      case .lshr:
        let amount = frame[Int(op.b)]
        d.pointee = amount >= UInt64(op.width) ? 0 : frame[Int(op.a)] &>> amount
      case .ashr:
        let amount = min(frame[Int(op.b)], UInt64(op.width &- 1))
        let value = signed(frame[Int(op.a)], op.width) &>> Int64(truncatingIfNeeded: amount)
        d.pointee = UInt64(bitPattern: value) & mask(op.width)
      case .eq:
        d.pointee = frame[Int(op.a)] == frame[Int(op.b)] ? 1 : 0
      case .ult:
        d.pointee = frame[Int(op.a)] < frame[Int(op.b)] ? 1 : 0
      case .ule:
        d.pointee = frame[Int(op.a)] <= frame[Int(op.b)] ? 1 : 0
      case .slt:
        d.pointee =
          signed(frame[Int(op.a)], op.width) < signed(frame[Int(op.b)], op.width) ? 1 : 0
      case .sle:
        d.pointee =
          signed(frame[Int(op.a)], op.width) <= signed(frame[Int(op.b)], op.width) ? 1 : 0
      case .concat:
        d.pointee = frame[Int(op.a)] &<< UInt64(op.low) | frame[Int(op.b)]
      case .ite:
        d.pointee = frame[Int(op.a)] != 0 ? frame[Int(op.b)] : frame[Int(op.c)]

      // MARK: Two words
      case .moveWide:
        d[0] = frame[Int(op.a)]
        d[1] = frame[Int(op.a) &+ 1]
      case .widen:
        d[0] = frame[Int(op.a)]
        d[1] = 0
      case .wideUnary:
        Core.wideUnary(op, frame)
      case .wideBinary:
        Core.wideBinary(op, frame)
      case .wideIte:
        let chosen = frame + Int(frame[Int(op.a)] != 0 ? op.b : op.c)
        d[0] = chosen[0]
        d[1] = chosen[1]
      case .ieee:
        Core.ieee(op, frame)

      // MARK: Registers
      case .read:
        d.pointee = words[Int(op.a)] &>> UInt64(op.low) & mask(op.width)
      case .readElement:
        let index = frame[Int(op.b)]
        d.pointee =
          index < UInt64(UInt32(bitPattern: op.c))
          ? words[Int(op.a) &+ Int(truncatingIfNeeded: index)] &>> UInt64(op.low) & mask(op.width)
          : 0
      case .readWide:
        readWide(op, frame)
      case .write:
        write(d.pointee, to: words + Int(op.a), op)
      case .writeElement:
        let index = frame[Int(op.b)]
        if index < UInt64(UInt32(bitPattern: op.c)) {
          write(d.pointee, to: words + Int(op.a) + Int(truncatingIfNeeded: index), op)
        }
      case .writeWide:
        writeWide(op, frame)

      // MARK: Memory
      case .load:
        let isReal = op.flags.contains(.isReal)
        let address = frame[Int(op.a)]
        guard locate(Int(op.c), address, units: Int(op.b), intent: .load, isReal: isReal) else {
          return .trapped
        }
        let value =
          isSplit
          ? UInt64(truncatingIfNeeded: loadLocated(Int(op.c), units: Int(op.b)))
          : memories[Int(op.c)].load(realAddress, units: Int(op.b))
        d.pointee = value
        if isTracing {
          trace(
            Int(op.c), address, units: Int(op.b), intent: .load, isReal: isReal,
            value: UInt128(value))
        }
      case .loadWide:
        guard loadWide(op, frame) else { return .trapped }
      case .store:
        let isReal = op.flags.contains(.isReal)
        let address = frame[Int(op.a)]
        guard locate(Int(op.c), address, units: Int(op.b), intent: .store, isReal: isReal) else {
          return .trapped
        }
        if isSplit {
          storeLocated(Int(op.c), units: Int(op.b), value: UInt128(d.pointee))
        } else {
          memories[Int(op.c)].store(realAddress, units: Int(op.b), value: d.pointee, &journal)
        }
        if isTracing {
          trace(
            Int(op.c), address, units: Int(op.b), intent: .store, isReal: isReal,
            value: UInt128(d.pointee))
        }
      case .storeWide:
        guard storeWide(op, frame) else { return .trapped }
      case .probe:
        guard probe(op, frame) else { return .trapped }
      case .record:
        record(op, frame)

      // MARK: Control
      case .jump:
        pc = code + Int(op.b)
      case .jumpIfZero:
        if frame[Int(op.a)] == 0 { pc = code + Int(op.b) }
      case .jumpIfNotZero:
        if frame[Int(op.a)] != 0 { pc = code + Int(op.b) }
      case .jumpUnlessEqual:
        if frame[Int(op.a)] != frame[Int(op.b)] { pc = code + Int(op.c) }
      case .jumpIfEqual:
        if frame[Int(op.a)] == frame[Int(op.b)] { pc = code + Int(op.c) }
      case .jumpIfBelow:
        if frame[Int(op.a)] < frame[Int(op.b)] { pc = code + Int(op.c) }
      case .jumpUnlessBelow:
        if frame[Int(op.a)] >= frame[Int(op.b)] { pc = code + Int(op.c) }
      case .startLoop:
        d.pointee = frame[Int(op.a)]
      case .countDown:
        if d.pointee == 0 { pc = code + Int(op.b) } else { d.pointee &-= 1 }
      case .trap:
        raise(program, site: Int(op.a))
        return .trapped
      case .havoc:
        let value = openValue(width: Int(op.width), alternatives: Int(op.b))
        Slot(offset: op.d, isWide: op.flags.contains(.wideD)).set(value, in: frame)
      case .perform:
        performedBits = Slot(offset: op.a, isWide: op.flags.contains(.wideA)).value(in: frame)
        performedWidth = Int(op.width)
        nestedTrap = op.b
        return .performs
      }
    }
  }

  /// Replaces `op.width` bits from bit `op.low` up.
  @inline(__always)
  private mutating func write(
    _ value: UInt64, to word: UnsafeMutablePointer<UInt64>, _ op: MicroOp
  ) {
    journal.record(word)
    let field = mask(op.width) &<< UInt64(op.low)
    word.pointee = word.pointee & ~field | value &<< UInt64(op.low) & field
  }
}
