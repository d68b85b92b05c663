import Classifier
import ISACore

/// A published classification beside the one found here. The published one lists instructions that
/// are sensitive and not privileged.
struct LiteratureComparison {
  /// What is said here of one instruction that a listed name stands for.
  struct Finding {
    /// Index into `Classification.instructions`.
    var entry: Int
    var isSensitive: Bool
  }
  struct Row {
    var group: PublishedClassification.Group
    var listed: PublishedClassification.Entry
    var findings: [Finding]
    /// Instructions that this variant of the machine does not have.
    var missing: [String]

    /// Some instruction that the name stands for is sensitive and not privileged.
    var isAgreed: Bool { findings.contains(where: \.isSensitive) }
  }

  let literature: PublishedClassification
  /// In the publication's order.
  let agreed: [Row]
  let different: [Row]
  /// Sensitive and not privileged, and not listed; indices into `Classification.instructions`.
  let foundHere: [Int]

  init(
    _ literature: PublishedClassification, _ isa: InstructionSet, _ classification: Classification
  ) {
    self.literature = literature
    var entries: [String: Int] = [:]
    for (index, entry) in classification.instructions.enumerated() {
      entries[isa.instructions[entry.instruction].id] = index
    }
    var rows: [Row] = []
    for group in literature.groups {
      for listed in group.entries {
        let ids = listed.instructions.map(\.id)
        let findings = ids.compactMap { id in
          entries[id].map {
            Finding(entry: $0, isSensitive: Self.isSensitive(classification.instructions[$0]))
          }
        }
        rows.append(
          Row(
            group: group, listed: listed, findings: findings,
            missing: ids.filter { entries[$0] == nil }))
      }
    }
    agreed = rows.filter(\.isAgreed)
    different = rows.filter { !$0.isAgreed }
    let listed = Set(rows.flatMap(\.findings).map(\.entry))
    foundHere = classification.instructions.indices.filter {
      !listed.contains($0) && Self.isSensitive(classification.instructions[$0])
    }
  }

  private static func isSensitive(_ entry: InstructionClassification) -> Bool {
    entry.verdict.instructionClass == .sensitive
  }

  /// "Of 18 instructions that it lists, 17 agree; …".
  var sentence: String {
    let count = agreed.count + different.count
    let parts = [
      "of \(Words.count(count, "name")) that \(literature.label) lists as sensitive and not "
        + "privileged, \(Words.number(agreed.count)) \(agreed.count == 1 ? "agrees" : "agree")",
      different.isEmpty
        ? nil
        : "\(Words.number(different.count)) \(different.count == 1 ? "does" : "do") not",
      foundHere.isEmpty ? nil : "\(Words.number(foundHere.count)) more found here",
    ]
    return parts.compactMap(\.self).joined(separator: "; ").capitalizedFirst + "."
  }

  // MARK: As it is told

  /// An instruction and why it is what it is found to be.
  struct Line {
    var id: String
    var text: String
  }
  struct Told {
    var name: String
    /// Which operands the publication speaks of.
    var remark: String
    var lines: [Line]
  }
  struct Part {
    var title: String
    var rows: [Told]
  }

  /// What every format tells, in this order, without parts that are empty.
  func parts(_ isa: InstructionSet, _ classification: Classification) -> [Part] {
    var parts = [
      Part(
        title: "Listed, and found otherwise here",
        rows: different.map { told($0, isa, classification) })
    ]
    var alone = Part(title: "Found here, and not listed", rows: [])
    for entry in foundHere {
      let line = line(entry, isa, classification)
      alone.rows.append(Told(name: line.id, remark: "", lines: [line]))
    }
    parts.append(alone)
    parts.append(
      Part(title: "Agreed", rows: agreed.map { told($0, isa, classification) }))
    return parts.filter { !$0.rows.isEmpty }
  }

  private func told(
    _ row: Row, _ isa: InstructionSet, _ classification: Classification
  ) -> Told {
    var told = Told(name: row.listed.name, remark: row.listed.remark, lines: [])
    for finding in row.findings { told.lines.append(line(finding.entry, isa, classification)) }
    for id in row.missing {
      told.lines.append(Line(id: id, text: "not an instruction of \(isa.id)"))
    }
    return told
  }

  private func line(
    _ entry: Int, _ isa: InstructionSet, _ classification: Classification
  ) -> Line {
    let found = classification.instructions[entry]
    let instruction = isa.instructions[found.instruction]
    let reason = Reason(for: found.verdict, of: instruction, in: isa, classification.modePair)
    let when = found.when.map { "; when \($0)" } ?? ""
    return Line(id: instruction.id, text: reason.text + when)
  }
}

extension LiteratureComparison.Told {
  /// "MOV (to or from a segment register)".
  var title: String { remark.isEmpty ? name : "\(name) (\(remark))" }

  /// The reasons, with the instructions' ids where these are not the name itself.
  var reasons: [String] {
    lines.map { $0.id == name && lines.count == 1 ? $0.text : "\($0.id): \($0.text)" }
  }
}
