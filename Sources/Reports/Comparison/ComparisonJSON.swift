import Classifier
import ISACore

/// A comparison as `popek/comparison/1`.
public enum ComparisonJSON {
  public static let schema = "popek/comparison/1"

  /// - Parameter isPretty: a member a line.
  public static func text(_ comparison: MachineComparison, isPretty: Bool = false) -> String {
    var json = JSONWriter(isPretty: isPretty)
    json.object { json in
      json.member("schema", schema)
      json.member("same", comparison.isSame)
      json.member("headline", ComparisonWords(comparison).headline)
      write("before", comparison.before, to: &json)
      write("after", comparison.after, to: &json)
      writeTheorems(comparison, to: &json)
      writePreconditions(comparison, to: &json)
      writeHoles(comparison, to: &json)
      json.objectMember("instructions") { json in
        json.arrayMember("changed") { json in
          for change in comparison.changed { write(change, of: comparison, to: &json) }
        }
        write("removed", comparison.removed, of: comparison.before, to: &json)
        write("added", comparison.added, of: comparison.after, to: &json)
        json.member("same", comparison.same.map { comparison.after.id($0) })
      }
    }
    return json.text + "\n"
  }

  private static func write(
    _ name: String, _ side: MachineComparison.Side, to json: inout JSONWriter
  ) {
    json.objectMember(name) { json in
      json.member("id", side.isa.id)
      json.member("name", side.isa.name)
      json.objectMember("modes") { json in
        json.member("name", side.classification.modePair.name)
        json.member("user", Words.equalities(side.classification.modePair.user))
        json.member("supervisor", Words.equalities(side.classification.modePair.supervisor))
      }
      json.member("assumptions", side.classification.assumptions)
      json.member("unknown", side.classification.unknown)
    }
  }

  private static func writeTheorems(
    _ comparison: MachineComparison, to json: inout JSONWriter
  ) {
    json.objectMember("theorems") { json in
      for theorem in Theorem.all {
        json.objectMember(String(theorem.number)) { json in
          for change in comparison.theorems where change.theorem.number == theorem.number {
            json.objectMember(change.reading.rawValue) { json in
              json.member("changed", change.isChanged)
              json.member("before", TheoremChange.standing(change.before).rawValue)
              json.member("after", TheoremChange.standing(change.after).rawValue)
              json.member("noLonger", change.gone)
              json.member("now", change.new)
            }
          }
        }
      }
    }
  }

  private static func writePreconditions(
    _ comparison: MachineComparison, to json: inout JSONWriter
  ) {
    json.arrayMember("preconditions") { json in
      for change in comparison.preconditions {
        json.object { json in
          json.member("name", change.name)
          json.member("changed", change.isChanged)
          for (name, side) in [("before", change.before), ("after", change.after)] {
            json.key(name)
            guard let side else {
              json.null()
              continue
            }
            json.object { json in
              json.member("holds", side.holds)
              json.member("why", side.why)
            }
          }
        }
      }
    }
  }

  /// null on the side that has no map f.
  private static func writeHoles(_ comparison: MachineComparison, to json: inout JSONWriter) {
    json.objectMember("holes") { json in
      for (name, side) in [("before", comparison.before), ("after", comparison.after)] {
        if side.asksForHoles { json.member(name, side.holes) } else { json.member(name, nil) }
      }
    }
  }

  private static func write(
    _ change: InstructionChange, of comparison: MachineComparison, to json: inout JSONWriter
  ) {
    json.object { json in
      json.member("id", comparison.after.id(change.after))
      json.member("title", comparison.after.instruction(change.after).title)
      json.arrayMember("differences") { json in
        for difference in change.differences {
          write(difference.aspect, difference.before, difference.after, to: &json)
        }
      }
      json.arrayMember("cases") { json in
        for item in change.cases { write(item.name, item.before, item.after, to: &json) }
      }
      json.objectMember("reason") { json in
        json.member("before", comparison.before.reason(change.before).text)
        json.member("after", comparison.after.reason(change.after).text)
      }
    }
  }

  private static func write(
    _ what: String, _ before: String?, _ after: String?, to json: inout JSONWriter
  ) {
    json.inline { json in
      json.object { json in
        json.member("what", what)
        json.member("before", before)
        json.member("after", after)
      }
    }
  }

  private static func write(
    _ name: String, _ entries: [Int], of side: MachineComparison.Side, to json: inout JSONWriter
  ) {
    json.arrayMember(name) { json in
      for entry in entries {
        json.inline { json in
          json.object { json in
            json.member("id", side.id(entry))
            json.member("title", side.instruction(entry).title)
            json.member("class", side.verdict(entry).instructionClass.rawValue)
            json.member("reason", side.reason(entry).text)
          }
        }
      }
    }
  }
}
