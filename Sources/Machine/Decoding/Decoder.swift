import ISACore

/// From addressable units to forms and back, for all encodings of one machine.
public struct Decoder: Sendable {
  /// An instruction that was recognized.
  public struct Decoded: Equatable, Sendable {
    public var form: FormReference
    /// Values of the form's encoding fields, in their order.
    public var fields: [UInt128]
    /// Decode-time variables after the prefixes.
    public var contexts: [UInt128]
    /// Addressable units, prefixes included.
    public var length: Int

    public init(form: FormReference, fields: [UInt128], contexts: [UInt128], length: Int) {
      self.form = form
      self.fields = fields
      self.contexts = contexts
      self.length = length
    }
  }

  public enum Outcome: Equatable, Sendable {
    case instruction(Decoded)
    /// The units are the start of some instruction.
    case needsMore
    /// No form matches; `length` is what the machine can be said to have taken the instruction
    /// for: see `Decoder.plausibleLength`.
    case undefined(length: Int)
  }

  /// No instruction has more prefixes.
  public static let prefixLimit = 16

  /// In order of precedence.
  private let patterns: [EncodingPattern]
  private let tree: DecisionTree
  private let patternOfForm: [[Int]]
  /// How the forms' patterns begin: all of them are gone through for what nothing matches.
  private let leads: [Lead]
  private let prefixes: [Program]
  private let contextCount: Int
  private let unitWidth: Int
  /// Units of the longest instruction.
  public let maximumLength: Int

  public init(_ isa: InstructionSet) {
    let memory = Int(isa.fetch.memory)
    let unitWidth = memory < isa.memories.count ? isa.memories[memory].unitWidth : 8
    var patterns = isa.prefixes.enumerated().map {
      EncodingPattern(
        $0.element.encoding, fields: [], meaning: .prefix($0.offset), unitWidth: unitWidth)
    }
    for reference in Decoder.formsByPrecedence(isa) {
      let form = isa.instructions[reference.instruction].forms[reference.form]
      patterns.append(
        EncodingPattern(
          form.encoding, fields: form.fields, meaning: .form(reference), unitWidth: unitWidth))
    }
    var ofForm = isa.instructions.map { Array(repeating: 0, count: $0.forms.count) }
    var longest = (form: 0, prefix: 0)
    for (index, pattern) in patterns.enumerated() {
      switch pattern.meaning {
      case .form(let reference):
        ofForm[reference.instruction][reference.form] = index
        longest.form = max(longest.form, pattern.unitCount)
      case .prefix:
        longest.prefix = max(longest.prefix, pattern.unitCount)
      }
    }
    self.patterns = patterns
    self.unitWidth = unitWidth
    patternOfForm = ofForm
    leads = patterns.indices.compactMap { index in
      guard case .form = patterns[index].meaning else { return nil }
      return Lead(patterns[index], index: index)
    }
    tree = DecisionTree(patterns)
    prefixes = isa.prefixes.map(\.program)
    contextCount = isa.contexts.count
    maximumLength = longest.form + Decoder.prefixLimit * longest.prefix
  }

  /// All forms; one that overrides another comes first, else the description's order holds.
  private static func formsByPrecedence(_ isa: InstructionSet) -> [FormReference] {
    let all = isa.forms.map { FormReference(instruction: $0.instruction, form: $0.form) }
    var indexOfID: [String: Int] = [:]
    for (index, instruction) in isa.instructions.enumerated() { indexOfID[instruction.id] = index }
    // An instruction has to wait for as many forms as override it.
    var waiting = Array(repeating: 0, count: isa.instructions.count)
    func overridden(by reference: FormReference) -> [Int] {
      isa.instructions[reference.instruction].forms[reference.form].encoding.overrides
        .compactMap { indexOfID[$0] }.filter { $0 != reference.instruction }
    }
    for reference in all {
      for instruction in overridden(by: reference) { waiting[instruction] += 1 }
    }
    var ordered: [FormReference] = []
    var isPlaced = Array(repeating: false, count: isa.instructions.count)
    var ready = waiting.indices.filter { waiting[$0] == 0 }[...]
    while let instruction = ready.popFirst() {
      isPlaced[instruction] = true
      for form in isa.instructions[instruction].forms.indices {
        let reference = FormReference(instruction: instruction, form: form)
        ordered.append(reference)
        for other in overridden(by: reference) {
          waiting[other] -= 1
          if waiting[other] == 0 { ready.append(other) }
        }
      }
    }
    // Circles are an error of the description; their members come last.
    return ordered + all.filter { !isPlaced[$0.instruction] }
  }

  // MARK: Decoding

  /// Recognizes the instruction that starts with the first unit.
  ///
  /// - Parameter contexts: start values of the decode-time variables; zeros where left out.
  public func decode(_ units: [UInt128], contexts: [UInt128] = []) -> Outcome {
    var contexts = contexts
    while contexts.count < contextCount { contexts.append(0) }
    var start = 0
    for _ in 0...Decoder.prefixLimit {
      let bits = BitString(units: units[start...], unitWidth: unitWidth)
      switch match(bits, contexts: contexts) {
      case .needsMore: return .needsMore
      case .nothing:
        return .undefined(length: plausibleLength(units, from: start))
      case .pattern(let index):
        let pattern = patterns[index]
        let fields = pattern.fields(in: bits)
        switch pattern.meaning {
        case .form(let form):
          return .instruction(
            Decoded(
              form: form, fields: fields, contexts: contexts, length: start + pattern.unitCount))
        case .prefix(let prefix):
          contexts = PrefixEvaluator.contexts(
            after: prefixes[prefix], fields: fields, contexts: contexts)
          start += pattern.unitCount
        }
      }
    }
    return .undefined(length: start)
  }

  /// The first word of a pattern.
  private struct Lead: Sendable {
    let value: UInt64
    let significant: UInt64
    let bitCount: Int
    let unitCount: Int
    /// Index into `patterns`.
    let pattern: Int

    init(_ pattern: EncodingPattern, index: Int) {
      value = pattern.value[0]
      significant = pattern.significant[0]
      bitCount = pattern.bitCount
      unitCount = pattern.unitCount
      self.pattern = index
    }
  }

  private enum Match {
    case pattern(Int)
    case needsMore
    case nothing
  }

  private func match(_ bits: BitString, contexts: [UInt128]) -> Match {
    for index in tree.candidates(bits, known: bits.count) {
      let pattern = patterns[Int(index)]
      guard pattern.isConsistent(with: bits, known: bits.count, contexts: contexts) else {
        continue
      }
      // What comes first in precedence must be ruled out before the next is looked at.
      return pattern.unitCount * unitWidth <= bits.count ? .pattern(Int(index)) : .needsMore
    }
    return .nothing
  }

  /// The length that the units known so far settle, prefixes included: the one that all
  /// instructions have that they may be the start of; nil if these differ or there are none.
  ///
  /// S/360 needs it when the second halfword of an instruction cannot be fetched: the first two
  /// bits have told the length by then.
  public func settledLength(_ units: [UInt128], contexts: [UInt128] = []) -> Int? {
    guard !units.isEmpty else { return nil }
    let bits = BitString(units: units[...], unitWidth: unitWidth)
    var contexts = contexts
    while contexts.count < contextCount { contexts.append(0) }
    var length: Int?
    for index in tree.candidates(bits, known: bits.count) {
      let pattern = patterns[Int(index)]
      guard pattern.isConsistent(with: bits, known: bits.count, contexts: contexts) else {
        continue
      }
      guard case .form = pattern.meaning, length ?? pattern.unitCount == pattern.unitCount else {
        return nil
      }
      length = pattern.unitCount
    }
    return length
  }

  /// The length of an instruction that no form matches: that of the forms which agree with it in
  /// the most leading bits, if they have one length in common, else the units seen.
  ///
  /// S/360 takes the length from the first two bits of the operation code, defined or not (GA22-6821,
  /// "Instruction Format"), and stores it when it refuses an undefined code.
  private func plausibleLength(_ units: [UInt128], from start: Int) -> Int {
    let bits = BitString(units: units[start...], unitWidth: unitWidth)
    var longest = 0
    var length: Int?
    var isCommon = true
    let known = bits.count
    let (first, mask) = (bits[0], BitString.mask(word: 0, below: known))
    for lead in leads {
      let differing = (first ^ lead.value) & lead.significant & mask
      let agreement: Int
      if differing != 0 {
        agreement = differing.leadingZeroBitCount
      } else if lead.bitCount <= 64 || known <= 64 {
        agreement = min(known, lead.bitCount)
      } else {
        agreement = patterns[lead.pattern].agreement(with: bits, known: known)
      }
      if agreement > longest {
        longest = agreement
        length = lead.unitCount
        isCommon = true
      } else if agreement == longest && longest > 0 && length != lead.unitCount {
        isCommon = false
      }
    }
    guard let length, isCommon else { return units.count }
    return start + length
  }

  // MARK: Encoding

  /// The units of a form with these field values, without prefixes. Missing fields, ignored bits
  /// and bits that should be zero are zero; the fields' constraints are the caller's business.
  public func encode(_ form: FormReference, fields: [UInt128]) -> [UInt128] {
    pattern(of: form).encode(fields).units(width: unitWidth)
  }

  /// The units of a prefix, an index into `InstructionSet.prefixes`; its fields are zero.
  public func encode(prefix: Int) -> [UInt128] {
    patterns[prefix].encode([]).units(width: unitWidth)
  }

  /// What that prefix makes of the decode-time variables.
  public func contexts(after prefix: Int, from contexts: [UInt128]) -> [UInt128] {
    PrefixEvaluator.contexts(after: prefixes[prefix], fields: [], contexts: contexts)
  }

  /// Whether the fields meet the form's constraints on fields and contexts.
  public func permits(
    _ form: FormReference, fields: [UInt128], contexts: [UInt128] = []
  ) -> Bool {
    let pattern = pattern(of: form)
    for (field, isEqual, wanted) in pattern.fieldConstraints {
      let actual = field < fields.count ? fields[field] : 0
      if (actual == wanted) != isEqual { return false }
    }
    for (context, isEqual, wanted) in pattern.contextConstraints {
      let actual = context < contexts.count ? contexts[context] : 0
      if (actual == wanted) != isEqual { return false }
    }
    return true
  }

  /// Addressable units of a form, without prefixes.
  public func length(of form: FormReference) -> Int {
    pattern(of: form).unitCount
  }

  private func pattern(of form: FormReference) -> EncodingPattern {
    patterns[patternOfForm[form.instruction][form.form]]
  }
}
