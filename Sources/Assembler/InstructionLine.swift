import ISACore
import Machine

/// A line with an instruction: the forms that its text can stand for.
struct InstructionLine {
  struct Candidate {
    var form: FormReference
    var match: OperandMatch
    /// In units.
    var length: Int
  }

  /// The shortest first, those of one length in the order of the description; never empty.
  let candidates: [Candidate]
  /// Where messages about the whole instruction point.
  let offset: Int

  /// What the value of an operand depends on.
  struct Surroundings {
    /// The address of the line.
    var here: UInt64
    var symbol: (String) -> AssemblyValue?
    /// `.using` ranges in force.
    var bases: [(address: Int128, register: UInt128)] = []
    /// Set by prefixes on the lines before.
    var contexts: [UInt128]
  }

  /// - Throws: what stands in the way of the form that came farthest.
  init(
    mnemonic: String, at offset: Int, operands: LineScanner, table: FormTable
  ) throws(LineError) {
    guard let forms = table.forms[mnemonic] else {
      let names =
        table.forms.keys.sorted() + table.prefixes.keys.sorted()
        + table.isa.aliases.map { $0.written.mnemonic.uppercased() }
      throw LineError(
        "no instruction '\(mnemonic)' on \(table.isa.name)", at: offset,
        help: Suggestion.closest(to: mnemonic, among: names).map { "write `\($0)`" })
    }
    var candidates: [Candidate] = []
    var farthest: LineError?
    for reference in forms {
      let form = table.form(reference)
      do {
        candidates.append(
          Candidate(
            form: reference, match: try OperandMatcher.match(form.syntax, operands),
            length: table.decoder.length(of: reference)))
      } catch {
        if farthest == nil || error.offset > farthest!.offset { farthest = error }
      }
    }
    guard !candidates.isEmpty else {
      var error = farthest ?? LineError("no form", at: offset)
      error.help = "write `\(TemplateText.usage(of: table.form(forms[0])))`"
      throw error
    }
    self.candidates = candidates.enumerated()
      .sorted { ($0.element.length, $0.offset) < ($1.element.length, $1.offset) }.map(\.element)
    self.offset = offset
  }

  /// The symbols that some candidate names and none declares.
  func undefinedSymbol(_ isDefined: (String) -> Bool) -> (name: String, offset: Int)? {
    var first: (name: String, offset: Int)?
    for candidate in candidates {
      let missing = candidate.match.operands.lazy.flatMap(\.expression.symbols)
        .first { !isDefined($0.name) }
      guard let missing else { return nil }
      first = first ?? missing
    }
    return first
  }

  /// The first candidate that can be encoded, with its units.
  ///
  /// - Parameter least: candidates shorter than this many units are passed over.
  /// - Throws: what is wrong with the last candidate, the most general one.
  func encode(
    _ table: FormTable, in surroundings: Surroundings, least: Int = 0
  ) throws(LineError) -> (candidate: Candidate, units: [UInt128]) {
    var failure: LineError?
    for candidate in candidates where candidate.length >= least {
      do {
        return (candidate, try encode(candidate, table, in: surroundings))
      } catch {
        failure = error
      }
    }
    throw failure ?? LineError("no form of the instruction fits", at: offset)
  }

  private func encode(
    _ candidate: Candidate, _ table: FormTable, in surroundings: Surroundings
  ) throws(LineError) -> [UInt128] {
    let form = table.form(candidate.form)
    var fields = [UInt128?](repeating: nil, count: form.fields.count)
    func set(_ field: Int, _ bits: UInt128, at offset: Int) throws(LineError) {
      if let other = fields[field], other != bits {
        throw LineError("'\(form.fields[field].name)' has two values", at: offset)
      }
      fields[field] = bits
    }
    for operand in candidate.match.operands {
      var value = try operand.expression.value(
        here: surroundings.here, symbol: surroundings.symbol)
      let coding = table.coding(of: operand.field, operand.format, in: form)
      if let base = operand.base, value.relocation == 1, !surroundings.bases.isEmpty {
        guard let best = Self.nearest(surroundings.bases, to: value.number, coding) else {
          throw LineError("no '.using' reaches this address", at: operand.expression.offset)
        }
        value.number -= best.address
        try set(base, best.register, at: operand.expression.offset)
      }
      let bits: UInt128
      do {
        bits = try coding.bits(of: value.number, here: surroundings.here)
      } catch {
        throw LineError(error.message, at: operand.expression.offset)
      }
      try set(operand.field, bits, at: operand.expression.offset)
    }
    for constraint in form.encoding.constraints {
      switch constraint.subject {
      case .context(let context):
        guard (surroundings.contexts[Int(context)] == constraint.value) == constraint.isEqual
        else { throw LineError("the form needs another prefix", at: offset) }
      case .field(let field):
        // A field that the template does not show has the value that selects the form.
        if constraint.isEqual, fields[field] == nil { fields[field] = constraint.value }
        guard ((fields[field] ?? 0) == constraint.value) == constraint.isEqual else {
          throw LineError(
            "'\(form.fields[field].name)' \(constraint.isEqual ? "must be" : "must not be") "
              + "\(constraint.value)", at: offset)
        }
      }
    }
    return table.decoder.encode(candidate.form, fields: fields.map { $0 ?? 0 })
  }

  /// The base register that leaves the smallest displacement.
  private static func nearest(
    _ bases: [(address: Int128, register: UInt128)], to address: Int128, _ coding: FieldCoding
  ) -> (address: Int128, register: UInt128)? {
    bases.filter { (try? coding.bits(of: address - $0.address, here: 0)) != nil }
      .max { $0.address < $1.address }
  }
}
