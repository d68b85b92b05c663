import ISACore

/// The parts of a SARIF 2.1.0 log that all of ours share.
///
/// SARIF: OASIS Static Analysis Results Interchange Format, version 2.1.0.
struct SARIFLog {
  struct Rule {
    var id: String
    var name: String
    var text: String
  }

  /// SARIF's `kind`: a proof is a result too, and what is undecided stays open (§3.27.9).
  enum Kind: String { case pass, fail, open }
  /// SARIF's `level`; `none` unless the kind is `fail` (§3.27.10).
  enum Level: String { case error, warning, none }

  var rules: [Rule]

  func text(isPretty: Bool, results: (inout JSONWriter) -> Void) -> String {
    var json = JSONWriter(isPretty: isPretty)
    json.object { json in
      json.member("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
      json.member("version", "2.1.0")
      json.arrayMember("runs") { json in
        json.object { json in
          json.objectMember("tool") { json in
            json.objectMember("driver") { json in
              json.member("name", "popek")
              json.arrayMember("rules") { json in
                for rule in rules { Self.write(rule, to: &json) }
              }
            }
          }
          json.member("columnKind", "unicodeCodePoints")
          json.arrayMember("results", results)
        }
      }
    }
    return json.text + "\n"
  }

  private static func write(_ rule: Rule, to json: inout JSONWriter) {
    json.object { json in
      json.member("id", rule.id)
      json.member("name", rule.name)
      json.objectMember("shortDescription") { $0.member("text", rule.text) }
    }
  }

  static func writeMessage(_ text: String, to json: inout JSONWriter) {
    json.objectMember("message") { $0.member("text", text) }
  }

  static func writeLocations(_ place: SourceMap.Place?, to json: inout JSONWriter) {
    json.arrayMember("locations") { json in
      if let place { json.object { writePhysical(place, to: &$0) } }
    }
  }

  static func writePhysical(_ place: SourceMap.Place, to json: inout JSONWriter) {
    json.objectMember("physicalLocation") { json in
      writeArtifact(place, to: &json)
      json.key("region")
      writeRegion(place, to: &json)
    }
  }

  static func writeArtifact(_ place: SourceMap.Place, to json: inout JSONWriter) {
    json.objectMember("artifactLocation") { $0.member("uri", uri(place.path)) }
  }

  static func writeRegion(_ place: SourceMap.Place, to json: inout JSONWriter) {
    json.inline { json in
      json.object { json in
        json.member("startLine", place.line)
        json.member("startColumn", place.column)
        json.member("endLine", place.endLine)
        json.member("endColumn", place.endColumn)
      }
    }
  }

  /// A path as a relative or `file` URI: bytes that RFC 3986 reserves are percent-encoded.
  static func uri(_ path: String) -> String {
    var result = path.utf8.first == UInt8(ascii: "/") ? "file://" : ""
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return result
  }
}
