import ISACore
import Machine

/// Writes instructions with as few prefixes as make the decoder take them for a form.
///
/// What prefixes make of the decode-time variables is found once for each beginning: some machines
/// have dozens of pairs of them, and most instructions need none. Not `Sendable`.
final class PrefixedEncoder {
  private let isa: InstructionSet
  private let decoder: Decoder
  /// By the decode-time variables before the prefixes: the shortest ways to others.
  private var ways: [[UInt128]: [Way]] = [:]

  /// Some prefixes, and the decode-time variables behind them.
  private struct Way {
    var units: [UInt128]
    var contexts: [UInt128]
  }

  /// Prefixes in front of an instruction, at most.
  private static let mostPrefixes = 2

  init(_ isa: InstructionSet, _ decoder: Decoder) {
    self.isa = isa
    self.decoder = decoder
  }

  /// The units of a form with these fields; nil if the decoder takes it for no such form.
  ///
  /// - Parameters:
  ///   - started: the decode-time variables before the prefixes.
  ///   - wanted: what they shall be behind them, if that can be had; nil: whatever the form permits.
  func encode(
    _ form: FormReference, fields: [UInt128], from started: [UInt128], to wanted: [UInt128]?
  ) -> [UInt128]? {
    let bare = decoder.encode(form, fields: fields)
    var acceptable: [UInt128]?
    for way in ways(from: started)
    where (acceptable == nil || way.contexts == wanted)
      && decoder.permits(form, fields: fields, contexts: way.contexts)
    {
      let units = way.units + bare
      guard case .instruction(let decoded) = decoder.decode(units, contexts: started),
        decoded.form == form
      else { continue }
      if wanted == nil || decoded.contexts == wanted { return units }
      acceptable = acceptable ?? units
    }
    return acceptable
  }

  private func ways(from started: [UInt128]) -> [Way] {
    if let known = ways[started] { return known }
    var found = [Way(units: [], contexts: started)]
    var seen: Set<[UInt128]> = [started]
    var next = 0
    for _ in 0..<PrefixedEncoder.mostPrefixes {
      let end = found.count
      for index in next..<end {
        for prefix in isa.prefixes.indices {
          let contexts = decoder.contexts(after: prefix, from: found[index].contexts)
          guard seen.insert(contexts).inserted else { continue }
          found.append(
            Way(units: found[index].units + decoder.encode(prefix: prefix), contexts: contexts))
        }
      }
      next = end
    }
    ways[started] = found
    return found
  }
}
