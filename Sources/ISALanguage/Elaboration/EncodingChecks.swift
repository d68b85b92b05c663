import ISACore

/// Whether the encodings of a machine tell its instructions apart, and leave nothing open.
struct EncodingChecks {
  let machine: Elaborator

  private struct Pattern {
    var instruction: Int
    var form: Int
    /// Over the first 128 bits, left-aligned.
    var mask: UInt128
    var match: UInt128
    var width: Int
    var constraints: [FieldConstraint]
    var hasOverrides: Bool
  }

  /// The first 64 bits of a pattern.
  private struct Head {
    var mask: UInt64
    var match: UInt64

    init(_ pattern: Pattern) {
      mask = UInt64(truncatingIfNeeded: pattern.mask >> 64)
      match = UInt64(truncatingIfNeeded: pattern.match >> 64)
    }

    func meets(_ other: Head) -> Bool { (match ^ other.match) & mask & other.mask == 0 }
  }

  func run() {
    let patterns = self.patterns()
    checkOverlap(patterns)
    checkOverrides()
    checkTotality(patterns)
  }

  private func patterns() -> [Pattern] {
    let instructions = machine.set.instructions
    return machine.set.forms.map { instruction, form in
      let encoding = instructions[instruction].forms[form].encoding
      var mask: UInt128 = 0
      var match: UInt128 = 0
      var offset = 0
      for segment in encoding.segments {
        if case .fixed(let bits, let width) = segment, offset + width <= 128 {
          let shift = UInt128(128 - offset - width)
          mask |= BitVector.mask(width) << shift
          match |= bits << shift
        }
        offset += segment.width
      }
      return Pattern(
        instruction: instruction, form: form, mask: mask, match: match, width: offset,
        constraints: encoding.constraints, hasOverrides: !encoding.overrides.isEmpty)
    }
  }

  /// Forms that can be equal in their first eight bits, apart from those that differ in another bit
  /// that all of these look at: this keeps the check near linear on real machines.
  private func candidates(_ patterns: [Pattern]) -> [[Int]] {
    var buckets: [[Int]] = Array(repeating: [], count: 256)
    for (index, pattern) in patterns.enumerated() {
      let mask = UInt8(truncatingIfNeeded: pattern.mask >> 120)
      let match = UInt8(truncatingIfNeeded: pattern.match >> 120)
      guard mask != .max else {
        buckets[Int(match)].append(index)
        continue
      }
      for byte in 0..<256 where UInt8(byte) & mask == match { buckets[byte].append(index) }
    }
    return buckets.flatMap { bucket -> [[Int]] in
      let common = bucket.reduce(UInt128.max) { $0 & patterns[$1].mask }
      var groups: [[Int]] = []
      var numbers: [UInt128: Int] = [:]
      for index in bucket {
        let number = numbers[patterns[index].match & common] ?? groups.count
        if number == groups.count {
          numbers[patterns[index].match & common] = number
          groups.append([])
        }
        groups[number].append(index)
      }
      return groups
    }
  }

  private func checkOverlap(_ patterns: [Pattern]) {
    var reported: Set<[Int]> = []
    for bucket in candidates(patterns) {
      // Most pairs differ in their first units already.
      let heads = bucket.map { Head(patterns[$0]) }
      for (position, first) in bucket.enumerated() {
        for next in (position + 1)..<bucket.count where heads[position].meets(heads[next]) {
          let a = patterns[first]
          let b = patterns[bucket[next]]
          guard (a.match ^ b.match) & a.mask & b.mask == 0,
            reported.count < 100, !areOrdered(a, b), !areApart(a, b),
            reported.insert([a.instruction, b.instruction]).inserted
          else { continue }
          let one = machine.set.instructions[a.instruction]
          let other = machine.set.instructions[b.instruction]
          machine.report(
            Diagnostic(
              .overlappingEncodings,
              one.id == other.id
                ? "two forms of `\(one.id)` match the same bits"
                : "`\(other.id)` matches bits that `\(one.id)` matches too",
              at: other.forms[b.form].encoding.span,
              notes: [.init("`\(one.id)`", at: one.forms[a.form].encoding.span)]))
        }
      }
    }
  }

  private func areOrdered(_ a: Pattern, _ b: Pattern) -> Bool {
    guard a.hasOverrides || b.hasOverrides else { return false }
    let one = machine.set.instructions[a.instruction]
    let other = machine.set.instructions[b.instruction]
    return one.forms[a.form].encoding.overrides.contains(other.id)
      || other.forms[b.form].encoding.overrides.contains(one.id)
  }

  /// Whether conditions on fields or contexts keep two forms apart: one asks for a value that the
  /// other's fixed bits or conditions exclude.
  private func areApart(_ a: Pattern, _ b: Pattern) -> Bool {
    excludes(a, b) || excludes(b, a)
  }

  private func excludes(_ a: Pattern, _ b: Pattern) -> Bool {
    a.constraints.contains { constraint in
      switch constraint.subject {
      case .context(let id):
        return b.constraints.contains {
          $0.subject == .context(id) && contradicts(constraint, $0)
        }
      case .field(let index):
        guard let (offset, width) = place(of: index, in: a), offset + width <= 128
        else { return false }
        let shift = UInt128(128 - offset - width)
        let mask = BitVector.mask(width) << shift
        if b.mask & mask == mask {
          return (b.match >> shift & BitVector.mask(width) == constraint.value)
            != constraint.isEqual
        }
        return b.constraints.contains {
          guard case .field(let otherIndex) = $0.subject,
            let otherPlace = place(of: otherIndex, in: b)
          else { return false }
          return otherPlace == (offset, width) && contradicts(constraint, $0)
        }
      }
    }
  }

  private func contradicts(_ a: FieldConstraint, _ b: FieldConstraint) -> Bool {
    a.isEqual && b.isEqual ? a.value != b.value : a.isEqual != b.isEqual && a.value == b.value
  }

  private func place(of field: Int, in pattern: Pattern) -> (offset: Int, width: Int)? {
    var offset = 0
    let form = machine.set.instructions[pattern.instruction].forms[pattern.form]
    for segment in form.encoding.segments {
      if case .field(field, let width) = segment { return (offset, width) }
      offset += segment.width
    }
    return nil
  }

  private func checkOverrides() {
    let ids = Set(machine.set.instructions.map(\.id))
    for instruction in machine.set.instructions {
      for form in instruction.forms {
        for name in form.encoding.overrides where !ids.contains(name) || name == instruction.id {
          machine.report(
            Diagnostic(
              .staleOverride, "`over \(name)` orders nothing: there is no other `\(name)`",
              at: form.encoding.span))
        }
      }
    }
  }

  /// Without `undefined`, every pattern of the first unit (at most 16 bits) must be matched.
  private func checkTotality(_ patterns: [Pattern]) {
    guard machine.set.undefinedTrap == nil, !machine.hasErrors,
      let first = machine.set.instructions.first
    else { return }
    let width = min(machine.fetchUnitWidth, 16)
    let shift = UInt128(128 - width)
    let isCovered = (0..<(1 << width)).allSatisfy { bits in
      let value = UInt128(bits) << shift
      return patterns.contains { pattern in
        let outside = pattern.mask & ~(BitVector.mask(width) << shift)
        return outside == 0 && (value ^ pattern.match) & pattern.mask == 0
          && machine.set.instructions[pattern.instruction].forms[pattern.form].encoding
            .constraints.isEmpty
      }
    }
    guard !isCovered else { return }
    machine.report(
      Diagnostic(
        .undefinedEncodings,
        "some bits match no instruction: say what happens with `undefined TRAP as program`",
        at: first.span))
  }
}
