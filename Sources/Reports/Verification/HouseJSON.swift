import ISACore
import Verification

/// Guests at once as `popek/at-once/1`.
public enum HouseJSON {
  public static let schema = "popek/at-once/1"

  public static func text(_ report: HouseReport, isPretty: Bool = false) -> String {
    let result = report.result
    var json = JSONWriter(isPretty: isPretty)
    json.object { json in
      json.member("schema", schema)
      VerificationJSON.write(report.isa, to: &json)
      json.member("strategy", report.arrangement.strategy.rawValue)
      VerificationJSON.write(report.arrangement, of: report.isa, to: &json)
      json.member("quantum", Int(clamping: report.quantum))
      json.member("drum", report.arrangement.drumPages)
      json.member("holds", result.holds)
      json.member("interrupted", report.wasCancelled)
      json.member("steps", Int(clamping: report.steps))
      json.arrayMember("guests") { json in
        for guest in result.guests { VerificationJSON.write(guest, to: &json) }
      }
      json.objectMember("equivalence") {
        $0.member("holds", result.guests.allSatisfy(\.isEquivalent))
      }
      json.objectMember("resourceControl") { json in
        json.member("holds", result.audit.holds)
        json.member("canaries", Int(clamping: result.audit.canaries))
        json.member("audits", Int(clamping: result.audit.states + result.audit.mappings))
        json.member("violations", result.audit.violations)
      }
      json.objectMember("paging") { json in
        json.member("ins", Int(clamping: result.pageIns))
        json.member("outs", Int(clamping: result.pageOuts))
      }
      json.objectMember("disks") { json in
        json.member("virtual", result.virtualDisks)
        json.member("packs", result.diskPacks)
      }
      // Of each turn: the guest's index, the start, the steps, pages in, pages out.
      json.arrayMember("turns") { json in
        for turn in result.turns {
          json.inline { json in
            json.array { json in
              json.integer(turn.guest)
              for number in [turn.start, turn.steps, turn.pageIns, turn.pageOuts] {
                json.integer(Int(clamping: number))
              }
            }
          }
        }
      }
    }
    return json.text + "\n"
  }
}
