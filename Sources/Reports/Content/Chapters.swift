import Classifier
import ISACore

/// The instructions by the manual's chapters, in the order of the description.
struct Chapters {
  struct Chapter {
    var name: String
    /// Indices into `Classification.instructions`.
    var entries: [Int]

    /// `status_switching` as "Status switching".
    var title: String { Chapters.title(name) }
  }

  static func title(_ name: String) -> String {
    String(name.map { $0 == "_" || $0 == "-" ? " " : $0 }).capitalizedFirst
  }

  var all: [Chapter]

  init(_ isa: InstructionSet, _ classification: Classification) {
    var positions: [String: Int] = [:]
    all = []
    for (index, entry) in classification.instructions.enumerated() {
      let name = isa.instructions[entry.instruction].chapter
      if let position = positions[name] {
        all[position].entries.append(index)
      } else {
        positions[name] = all.count
        all.append(Chapter(name: name, entries: [index]))
      }
    }
  }
}
