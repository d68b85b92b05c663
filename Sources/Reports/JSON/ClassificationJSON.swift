import Classifier
import ISACore

/// A classification as `popek/classification/1`, the contract other programs rely on.
public enum ClassificationJSON {
  public static let schema = "popek/classification/1"

  /// - Parameters:
  ///   - literature: what others published of the machine; the member is left out without any.
  ///   - isPretty: a member a line, for people and for version control.
  ///   - showsTime: whether `milliseconds` is the measured time; 0 where equal descriptions must
  ///     give equal bytes.
  public static func text(
    _ isa: InstructionSet, _ classification: Classification,
    literature: [PublishedClassification] = [], isPretty: Bool = false, showsTime: Bool = true
  ) -> String {
    var json = JSONWriter(isPretty: isPretty)
    json.object { json in
      json.member("schema", schema)
      writeMachine(isa, classification, to: &json)
      json.arrayMember("instructions") { json in
        for entry in classification.instructions {
          write(entry, of: isa, classification.modePair, to: &json)
        }
      }
      writeTheorems(classification.theorems, to: &json)
      json.arrayMember("preconditions") { json in
        for precondition in classification.preconditions { write(precondition, to: &json) }
      }
      json.arrayMember("readings") { json in
        for reading in Readings.all { json.string("\(reading.title): \(reading.text)") }
      }
      if !literature.isEmpty {
        json.arrayMember("literature") { json in
          for published in literature {
            let comparison = LiteratureComparison(published, isa, classification)
            writeLiterature(comparison, isa, classification, to: &json)
          }
        }
      }
      json.member("unknown", classification.unknown)
      json.key("milliseconds")
      json.number(showsTime ? classification.milliseconds : 0)
    }
    return json.text + "\n"
  }

  // MARK: The machine

  private static func writeMachine(
    _ isa: InstructionSet, _ classification: Classification, to json: inout JSONWriter
  ) {
    json.objectMember("isa") { json in
      json.member("id", isa.id)
      json.member("name", isa.name)
      json.member("manuals", isa.manuals.map(\.title))
    }
    json.objectMember("modes") { json in
      json.member("name", classification.modePair.name)
      json.member("user", Words.equalities(classification.modePair.user))
      json.member("supervisor", Words.equalities(classification.modePair.supervisor))
    }
    json.member("assumptions", classification.assumptions)
  }

  private static func write(_ precondition: Precondition, to json: inout JSONWriter) {
    json.object { json in
      json.member("name", precondition.name)
      json.member("holds", precondition.holds)
      json.member("why", precondition.why)
    }
  }

  private static func writeTheorems(
    _ theorems: [Int: [Reading: TheoremVerdict]], to json: inout JSONWriter
  ) {
    json.objectMember("theorems") { json in
      for theorem in Theorem.all {
        json.objectMember(String(theorem.number)) { json in
          for reading in Reading.allCases {
            json.objectMember(reading.rawValue) { json in
              let verdict = theorems[theorem.number]?[reading]
              // A verdict nobody gave is unknown, never good news.
              json.member("holds", verdict?.holds ?? false)
              json.member("violators", verdict?.violators ?? [])
              json.member("isUnknown", verdict?.isUnknown ?? true)
            }
          }
        }
      }
    }
  }

  // MARK: Instructions

  private static func write(
    _ entry: InstructionClassification, of isa: InstructionSet, _ modes: ModePair,
    to json: inout JSONWriter
  ) {
    let instruction = isa.instructions[entry.instruction]
    json.object { json in
      json.member("id", instruction.id)
      json.member("mnemonic", instruction.mnemonic)
      json.member("title", instruction.title)
      json.member("chapter", instruction.chapter)
      json.member("forms", instruction.forms.count)
      json.member("cite", isa.text(of: instruction.citations))
      write(entry.verdict, to: &json)
      json.member("when", entry.when)
      json.member("reason", Reason(for: entry.verdict, of: instruction, in: isa, modes).text)
      writeEvidence(entry.verdict.evidence, to: &json)
      json.arrayMember("cases") { json in
        for (form, when, verdict) in entry.cases {
          json.object { json in
            json.member("form", form)
            json.member("name", instruction.forms.element(at: form)?.name ?? "")
            json.member("when", when)
            write(verdict, to: &json)
            writeEvidence(verdict.evidence, to: &json)
          }
        }
      }
    }
  }

  private static func write(_ verdict: Verdict, to json: inout JSONWriter) {
    json.member("privileged", verdict.privilege.rawValue)
    json.member("assumption", verdict.assumption)
    json.key("sensitive")
    json.inline { json in
      json.object { json in
        for sensitivity in Sensitivity.allCases {
          json.member(sensitivity.rawValue, verdict.sensitive[sensitivity]?.kind ?? "unknown")
        }
      }
    }
    json.member("strictControl", verdict.strictControl.kind)
    json.key("isSensitive")
    writeReadings(verdict.isSensitive, to: &json)
    json.key("userSensitive")
    writeReadings(verdict.userSensitive, to: &json)
    json.key("violates")
    json.inline { json in
      json.object { json in
        for theorem in Theorem.all {
          json.key("theorem\(theorem.number)")
          writeReadings(verdict.violates[theorem.number] ?? [:], to: &json)
        }
      }
    }
    json.key("hole")
    if let hole = verdict.hole { json.boolean(hole) } else { json.null() }
    json.member("class", verdict.instructionClass.rawValue)
    json.member("alwaysTraps", verdict.alwaysTraps)
    json.member("gatedBy", verdict.gatedBy)
  }

  private static func writeReadings(_ values: [Reading: Bool], to json: inout JSONWriter) {
    json.inline { json in
      json.object { json in
        for reading in Reading.allCases {
          json.member(reading.rawValue, values[reading] ?? false)
        }
      }
    }
  }

  // MARK: Evidence

  private static func writeEvidence(_ evidence: [Evidence], to json: inout JSONWriter) {
    json.arrayMember("evidence") { json in
      for item in evidence {
        // Only a witness needs room; a proof is one line.
        if item.answer.witnesses.isEmpty {
          json.inline { write(item, to: &$0) }
        } else {
          write(item, to: &json)
        }
      }
    }
  }

  private static func write(_ evidence: Evidence, to json: inout JSONWriter) {
    json.object { json in
      json.member("claim", evidence.claim)
      if let form = evidence.form { json.member("form", form) }
      write(evidence.answer, to: &json)
    }
  }

  private static func write(_ answer: Answer, to json: inout JSONWriter) {
    json.member("kind", answer.kind)
    json.member("by", answer.prover?.rawValue)
    switch answer {
    case .proved: json.member("witness", nil)
    case .refuted(let witness, _):
      json.key("witness")
      write(witness, to: &json)
    case .depends(let alternatives):
      json.member("witness", nil)
      json.arrayMember("alternatives") { json in
        for (choice, alternative) in alternatives {
          json.object { json in
            json.member("choice", choice)
            write(alternative, to: &json)
          }
        }
      }
    case .unknown(let why):
      json.member("witness", nil)
      json.member("why", why)
    }
  }

  static func write(_ witness: Witness, to json: inout JSONWriter) {
    json.object { json in
      json.member("shows", witness.shows)
      json.member("form", witness.form)
      json.member("encoding", witness.encoding)
      json.key("fields")
      write(witness.fields, to: &json)
      json.arrayMember("runs") { json in
        for run in witness.runs {
          json.object { json in
            json.member("caption", run.caption)
            json.member("outcome", run.outcome)
            json.key("before")
            write(run.before, to: &json)
            json.key("after")
            write(run.after, to: &json)
          }
        }
      }
    }
  }

  private static func write(_ values: [Witness.Value], to json: inout JSONWriter) {
    json.array { json in
      for value in values {
        json.inline { json in
          json.object { json in
            json.member("place", value.place)
            json.member("value", value.value)
            json.member("role", value.role.rawValue)
          }
        }
      }
    }
  }
}

extension Array {
  func element(at index: Int) -> Element? {
    indices.contains(index) ? self[index] : nil
  }
}
