import Classifier
import ISACore

/// A classification as a SARIF 2.1.0 log.
///
/// One result per instruction and theorem: a violator fails, with its witness as a code flow whose
/// locations carry the state; a proof passes; what is undecided stays open.
public enum ClassificationSARIF {
  public static func text(
    _ isa: InstructionSet, _ classification: Classification, isPretty: Bool = false
  ) -> String {
    let rules =
      Theorem.all.map { theorem in
        SARIFLog.Rule(
          id: "theorem\(theorem.number)", name: theorem.name, text: theorem.condition)
      } + [
        SARIFLog.Rule(
          id: "precondition", name: "precondition",
          text: "the machine is one that Popek and Goldberg's model describes")
      ]
    let map = SourceMap(isa.sources)
    return SARIFLog(rules: rules).text(isPretty: isPretty) { json in
      for precondition in classification.preconditions {
        write(precondition, of: isa, classification, map, to: &json)
      }
      for entry in classification.instructions {
        let instruction = isa.instructions[entry.instruction]
        let reason = Reason(
          for: entry.verdict, of: instruction, in: isa, classification.modePair)
        for theorem in Theorem.all {
          write(entry, theorem, reason, of: isa, map, to: &json)
        }
      }
    }
  }

  private static func write(
    _ precondition: Precondition, of isa: InstructionSet, _ classification: Classification,
    _ map: SourceMap, to json: inout JSONWriter
  ) {
    json.object { json in
      json.member("ruleId", "precondition")
      writeKind(precondition.holds ? .pass : .fail, .warning, to: &json)
      SARIFLog.writeMessage(
        "\(isa.id): \(precondition.name): \(precondition.why)", to: &json)
      SARIFLog.writeLocations(map.place(classification.modePair.span), to: &json)
    }
  }

  private static func write(
    _ entry: InstructionClassification, _ theorem: Theorem, _ reason: Reason,
    of isa: InstructionSet, _ map: SourceMap, to json: inout JSONWriter
  ) {
    let instruction = isa.instructions[entry.instruction]
    let verdict = entry.verdict
    let violated = Reading.allCases.filter { verdict.violates(theorem.number, $0) }
    let kind: SARIFLog.Kind =
      !violated.isEmpty ? .fail : verdict.isUndecided ? .open : .pass
    json.object { json in
      json.member("ruleId", "theorem\(theorem.number)")
      writeKind(kind, .error, to: &json)
      SARIFLog.writeMessage("\(instruction.mnemonic): \(reason.text)", to: &json)
      let place = map.place(instruction.span)
      SARIFLog.writeLocations(place, to: &json)
      if kind == .fail, let place, !verdict.refutations.isEmpty {
        json.arrayMember("codeFlows") { json in
          for witness in verdict.refutations { write(witness, at: place, to: &json) }
        }
      }
      json.objectMember("properties") { json in
        json.member("isa", isa.id)
        json.member("instruction", instruction.id)
        json.member("class", verdict.instructionClass.rawValue)
        json.member("readings", violated.map(\.rawValue))
      }
    }
  }

  private static func writeKind(
    _ kind: SARIFLog.Kind, _ level: SARIFLog.Level, to json: inout JSONWriter
  ) {
    json.member("kind", kind.rawValue)
    json.member("level", kind == .fail ? level.rawValue : SARIFLog.Level.none.rawValue)
  }

  private static func write(
    _ witness: Witness, at place: SourceMap.Place, to json: inout JSONWriter
  ) {
    json.object { json in
      SARIFLog.writeMessage(witness.shows, to: &json)
      json.arrayMember("threadFlows") { json in
        for run in witness.runs {
          json.object { json in
            SARIFLog.writeMessage(run.caption, to: &json)
            json.arrayMember("locations") { json in
              write(run.before, "before \(witness.encoding)", at: place, to: &json)
              write(run.after, run.outcome, at: place, to: &json)
            }
          }
        }
      }
    }
  }

  private static func write(
    _ state: [Witness.Value], _ message: String, at place: SourceMap.Place,
    to json: inout JSONWriter
  ) {
    json.object { json in
      json.objectMember("location") { json in
        SARIFLog.writePhysical(place, to: &json)
        SARIFLog.writeMessage(message, to: &json)
      }
      json.objectMember("state") { json in
        var written: Set<String> = []
        for value in state where written.insert(value.place).inserted {
          json.objectMember(value.place) { $0.member("text", value.value) }
        }
      }
    }
  }
}

extension Verdict {
  /// The witnesses that show it sensitive, in the order of the sensitivities.
  var refutations: [Witness] {
    Sensitivity.allCases.flatMap { sensitive[$0]?.witnesses ?? [] }
  }
}
