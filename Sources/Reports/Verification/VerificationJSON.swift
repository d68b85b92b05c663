import ISACore
import Monitor
import Verification

/// A verification as `popek/verification/1`.
public enum VerificationJSON {
  public static let schema = "popek/verification/1"

  public static func text(_ report: VerificationReport, isPretty: Bool = false) -> String {
    let result = report.result
    let audit = result.audit
    var json = JSONWriter(isPretty: isPretty)
    json.object { json in
      json.member("schema", schema)
      write(report.isa, to: &json)
      json.member("strategy", result.strategy.rawValue)
      write(report.arrangement, of: report.isa, to: &json)
      json.member("holds", result.holds)
      json.member("interrupted", result.wasCancelled)
      json.arrayMember("guests") { json in
        for guest in result.guests { write(guest, to: &json) }
      }
      json.objectMember("diagram") { json in
        json.member("forms", result.diagram.forms)
        json.member("states", Int(clamping: result.diagram.states))
        json.member("broken", order(result.diagram.broken.keys, report.isa))
        json.objectMember("rare") { json in
          for (id, count) in result.diagram.rare.sorted(by: { $0.key < $1.key }) {
            json.member(id, count)
          }
        }
      }
      json.objectMember("torture") { json in
        json.member("programs", result.torture.count)
        json.member(
          "instructions", Int(clamping: result.torture.reduce(0) { $0 + $1.instructions }))
        json.member("divergent", result.torture.count { !$0.isEquivalent })
      }
      json.objectMember("equivalence") { $0.member("holds", result.isEquivalent) }
      json.objectMember("resourceControl") { json in
        json.member("holds", result.hasResourceControl)
        json.member("canaries", Int(clamping: audit.canaries))
        json.member("audits", Int(clamping: audit.states + audit.mappings))
        json.member("violations", audit.violations)
      }
      json.objectMember("efficiency") { json in
        json.key("holds")
        if let holds = result.isEfficient { json.boolean(holds) } else { json.null() }
        writeEfficiency(result.profile, to: &json)
        json.key("ratio")
        json.number(result.ratio)
      }
      write(result.recursion, to: &json)
      writeMutants(report, to: &json)
      json.member("predicted", result.predicted)
      json.member("observed", result.observed)
      json.member("observedElsewhere", result.observedElsewhere)
      json.member("disagreements", result.disagreements)
      if let losses = result.losses { json.member("losses", losses) }
      writeShowing(report, to: &json)
    }
    return json.text + "\n"
  }

  // MARK: Parts

  static func write(_ isa: InstructionSet, to json: inout JSONWriter) {
    json.objectMember("isa") { json in
      json.member("id", isa.id)
      json.member("name", isa.name)
    }
  }

  static func write(
    _ arrangement: Arrangement, of isa: InstructionSet, to json: inout JSONWriter
  ) {
    for (name, choices) in [
      ("real", arrangement.realChoices), ("virtual", arrangement.virtualChoices),
    ] {
      json.objectMember(name) { json in
        for (choice, value) in choices.sorted(by: { $0.key < $1.key }) {
          json.member(isa.choices[Int(choice)].name, Int(clamping: value))
        }
      }
    }
  }

  static func write(_ guest: GuestResult, to json: inout JSONWriter) {
    json.object { json in
      json.member("name", guest.name)
      json.member("purpose", guest.purpose)
      json.member("instructions", Int(clamping: guest.instructions))
      json.member("steps", Int(clamping: guest.steps))
      json.member("direct", Int(clamping: guest.profile.direct))
      json.objectMember("exits") { json in
        for exit in Exit.allCases {
          guard let count = guest.profile.exits[exit], count > 0 else { continue }
          json.member(exit.rawValue, Int(clamping: count))
        }
      }
      json.objectMember("exitsByInstruction") { json in
        for (mnemonic, count) in guest.profile.byInstruction.sorted(by: { $0.key < $1.key }) {
          json.member(mnemonic, Int(clamping: count))
        }
      }
      json.member("equivalent", guest.isEquivalent)
      json.key("divergence")
      if let divergence = guest.divergence {
        json.object { json in
          json.member("step", Int(clamping: divergence.step))
          json.member("instruction", divergence.instruction)
          json.member("address", Int(clamping: divergence.address))
          json.member("what", divergence.what)
        }
      } else {
        json.null()
      }
      json.member("end", guest.end)
    }
  }

  static func writeEfficiency(_ profile: ExitProfile, to json: inout JSONWriter) {
    json.key("directFraction")
    json.number(profile.directFraction)
    json.key("exitsPerThousand")
    json.number(profile.exitsPerThousand)
    json.objectMember("predictedSlowdown") { json in
      for cost in VerificationReport.costs {
        json.key(String(cost))
        json.number(profile.predictedSlowdown(exitCost: Double(cost)))
      }
    }
  }

  private static func write(
    _ recursion: [RecursionLevel], to json: inout JSONWriter
  ) {
    json.arrayMember("recursion") { json in
      for level in recursion {
        json.inline { json in
          json.object { json in
            json.member("depth", level.depth)
            json.member("exits", Int(clamping: level.exits))
            json.member("equivalent", level.isEquivalent)
            if let divergence = level.divergence { json.member("divergence", divergence.what) }
          }
        }
      }
    }
  }

  private static func writeMutants(_ report: VerificationReport, to json: inout JSONWriter) {
    json.objectMember("mutants") { json in
      json.member("made", report.result.mutants.count)
      json.member("caught", report.result.caughtMutants)
      json.arrayMember("checksLeftOut") { json in
        for check in report.result.checksLeftOut { json.inline { $0.string(check) } }
      }
      json.arrayMember("list") { json in
        for mutant in report.result.mutants {
          json.inline { json in
            json.object { json in
              json.member("name", mutant.name)
              json.member("caughtBy", mutant.caughtBy)
            }
          }
        }
      }
    }
  }

  private static func writeShowing(_ report: VerificationReport, to json: inout JSONWriter) {
    json.arrayMember("showing") { json in
      for showing in report.showing {
        json.object { json in
          json.member("instruction", showing.id)
          json.member("text", showing.instruction)
          json.member("difference", showing.difference)
          for (name, places) in [
            ("registers", showing.registers), ("storage", showing.storage),
          ] {
            json.objectMember(name) { json in
              for (place, value) in places { json.member(place, value) }
            }
          }
        }
      }
    }
  }

  private static func order(_ ids: some Sequence<String>, _ isa: InstructionSet) -> [String] {
    let ids = Set(ids)
    return isa.instructions.map(\.id).filter(ids.contains)
  }
}
