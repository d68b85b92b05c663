import ISACore

/// Gathers how every bit of every register stands while a guest runs: what the lists claim, what
/// `map` writes, and what nobody speaks of.
struct MonitorStanding {
  private let machine: Elaborator
  private var claims: [RegisterID: [Claim]] = [:]
  /// Bits that `map` writes in every element, by register.
  private var mapped: [RegisterID: UInt128] = [:]

  private struct Claim {
    var bits: StateBits
    var standing: MonitorMap.Standing
  }

  init(_ machine: Elaborator) { self.machine = machine }

  /// `direct …` or `owned …`.
  mutating func claim(_ list: [ExpressionSyntax], _ standing: MonitorMap.Standing) {
    for syntax in list {
      guard let bits = machine.stateBits(syntax) else { continue }
      claim(bits, standing)
    }
  }

  /// Bits of a register, unless they are claimed already.
  mutating func claim(_ bits: StateBits, _ standing: MonitorMap.Standing) {
    if let earlier = claims[bits.register]?.first(where: { $0.bits.mask & bits.mask != 0 }) {
      let twice = machine.spelling(of: earlier.bits.mask & bits.mask, in: bits.register)
      machine.report(
        Diagnostic(
          .conflictingStanding, "\(Self.list(twice)) stands in two lists", at: bits.span,
          notes: [.init("first here", at: earlier.bits.span)]))
      return
    }
    claims[bits.register, default: []].append(Claim(bits: bits, standing: standing))
  }

  /// What `map` writes; it leaves bits alone that are `direct` or `attached`.
  mutating func note(writesOf map: Program) {
    var everywhere: [RegisterID: UInt128] = [:]
    var byElement: [RegisterID: [UInt128: UInt128]] = [:]
    map.forEachStatement { statement in
      guard case .write(let id, let index, let low, let width, _) = statement.kind else { return }
      let mask = BitVector.mask(width) << UInt128(low)
      if let claim = claims[id]?.first(where: {
        $0.standing != .owned && $0.bits.mask & mask != 0
      }) {
        let bits = machine.spelling(of: claim.bits.mask & mask, in: id)
        let standing = claim.standing == .direct ? "direct" : "attached"
        machine.report(
          Diagnostic(
            .conflictingStanding, "`map` writes \(Self.list(bits)), which stands `\(standing)`",
            at: statement.span, notes: [.init("here", at: claim.bits.span)]))
      }
      if let index, let element = map.constantValue(index) {
        byElement[id, default: [:]][element, default: 0] |= mask
      } else {
        everywhere[id, default: 0] |= mask
      }
    }
    // Bits of a file are computed if they are in all its elements.
    for (id, elements) in byElement
    where elements.count == machine.set.registers[Int(id)].count {
      everywhere[id, default: 0] |= elements.values.reduce(UInt128.max, &)
    }
    mapped = everywhere
  }

  /// Every bit once; reports those that nothing places. `header` is the block's first line.
  func elements(header: SourceSpan) -> [MonitorMap.StateMapping] {
    machine.set.registers.indices.flatMap { index -> [MonitorMap.StateMapping] in
      let id = RegisterID(index)
      let register = machine.set.registers[index]
      let computed = mapped[id] ?? 0
      var rest = BitVector.mask(register.width) & ~computed
      var elements: [MonitorMap.StateMapping] = []
      for piece in machine.pieces(of: id) {
        let bits = computed & (BitVector.mask(piece.width) << UInt128(piece.low))
        elements += Self.mappings(of: bits, in: id, .mapped, at: header)
      }
      for claim in claims[id] ?? [] {
        elements += Self.mappings(
          of: claim.bits.mask & rest, in: id, claim.standing, at: claim.bits.span)
        rest &= ~claim.bits.mask
      }
      if rest != 0 { reportUncovered(rest, of: id, header: header) }
      return elements.sorted { $0.low > $1.low }
    }
  }

  private static func mappings(
    of mask: UInt128, in register: RegisterID, _ standing: MonitorMap.Standing,
    at span: SourceSpan
  ) -> [MonitorMap.StateMapping] {
    Elaborator.runs(of: mask).map {
      .init(register: register, low: $0.low, width: $0.width, standing: standing, span: span)
    }
  }

  private func reportUncovered(_ mask: UInt128, of id: RegisterID, header: SourceSpan) {
    let bits = machine.spelling(of: mask, in: id)
    let example = bits.first ?? ""
    machine.report(
      Diagnostic(
        .uncoveredState,
        "`monitor` does not say how \(Self.list(bits)) stands while a guest runs",
        at: machine.set.registers[Int(id)].span,
        notes: [
          .init(
            "add `direct \(example)` or `owned \(example)`, or let `map` write it; a delta does so "
              + "in an `amend monitor { … }` of its own", at: header)
        ]))
  }

  private static func list(_ names: [String]) -> String {
    let quoted = names.map { "`\($0)`" }
    guard quoted.count > 1, let last = quoted.last else { return quoted.first ?? "" }
    return quoted.dropLast().joined(separator: ", ") + " and " + last
  }
}
