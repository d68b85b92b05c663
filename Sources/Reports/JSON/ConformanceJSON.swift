import ISACore
import Machine

/// The outcome of single-step cases as `popek/conformance/1`.
public enum ConformanceJSON {
  public static let schema = "popek/conformance/1"

  /// - Parameter failureLimit: how many failures are told in full; all are counted.
  public static func text(
    _ report: Conformance.Report, isa: InstructionSet, isPretty: Bool = false,
    failureLimit: Int = 100
  ) -> String {
    var json = JSONWriter(isPretty: isPretty)
    json.object { json in
      json.member("schema", schema)
      json.objectMember("isa") { json in
        json.member("id", isa.id)
        json.member("name", isa.name)
      }
      json.member("cases", report.total.cases)
      write(report.total, to: &json)
      json.objectMember("byMnemonic") { json in
        for (mnemonic, tally) in report.byMnemonic.sorted(by: { $0.key < $1.key }) {
          json.key(mnemonic)
          json.inline { json in
            json.object { write(tally, to: &$0) }
          }
        }
      }
      json.arrayMember("failures") { json in
        for failure in report.failures.prefix(failureLimit) { write(failure, to: &json) }
      }
      json.arrayMember("unsupportedCases") { json in
        for item in report.unsupported.prefix(failureLimit) {
          json.inline { json in
            json.object { json in
              json.member("line", item.line)
              json.member("name", item.name)
              json.member("reason", item.reason)
              json.member("tags", item.tags)
            }
          }
        }
      }
    }
    return json.text + "\n"
  }

  private static func write(_ tally: Conformance.Tally, to json: inout JSONWriter) {
    json.member("passed", tally.passed)
    json.member("failed", tally.failed)
    json.member("unsupported", tally.unsupported)
  }

  private static func write(_ failure: Conformance.Failure, to json: inout JSONWriter) {
    json.object { json in
      json.member("line", failure.line)
      json.member("name", failure.name)
      json.member("bytes", failure.bytes)
      json.member("tags", failure.tags)
      json.arrayMember("differences") { json in
        for difference in failure.differences {
          json.inline { json in
            json.object { json in
              json.member("place", difference.place)
              json.member("expected", difference.expected)
              json.member("actual", difference.actual)
            }
          }
        }
      }
    }
  }
}
