import Foundation
import Testing

@testable import Reports

@Suite("JSON writer")
struct JSONWriterTests {
  private static let hostile = "\"\\/\u{8}\u{0}\u{1F}\u{7F}\n\r\t\u{2028}é😀<>&"

  private func sample(isPretty: Bool) -> String {
    var json = JSONWriter(isPretty: isPretty)
    json.object { json in
      json.member("z", Self.hostile)
      json.member("a", 1)
      json.member("flag", true)
      json.member("nothing", nil)
      json.member("names", ["x", "y"])
      json.objectMember("empty") { _ in }
      json.arrayMember("nested") { json in
        json.array { _ in }
        json.inline { json in
          json.object { $0.member("k", -3) }
        }
        json.number(0.5)
        json.number(.infinity)
      }
    }
    return json.text
  }

  @Test("what it writes parses to what was put in", arguments: [false, true])
  func roundTrip(isPretty: Bool) throws {
    let value = try JSONSerialization.jsonObject(with: Data(sample(isPretty: isPretty).utf8))
    let object = try #require(value as? [String: Any])
    #expect(object["z"] as? String == Self.hostile)
    #expect(object["a"] as? Int == 1)
    #expect(object["flag"] as? Bool == true)
    #expect(object["nothing"] is NSNull)
    #expect(object["names"] as? [String] == ["x", "y"])
    let nested = try #require(object["nested"] as? [Any])
    #expect((nested[1] as? [String: Int]) == ["k": -3])
    #expect(nested[2] as? Double == 0.5)
    #expect(nested[3] is NSNull)
  }

  @Test("keys keep the order in which they are written")
  func order() {
    let text = sample(isPretty: false)
    #expect(text.hasPrefix("{\"z\":"))
    #expect(text.hasSuffix("\"nested\":[[],{\"k\":-3},0.5,null]}"))
  }

  @Test("a pretty writer puts members on lines, what is inline on one")
  func layout() {
    let text = sample(isPretty: true)
    #expect(text.contains("\n  \"names\": [\"x\", \"y\"],\n"))
    #expect(text.contains("\n    {\"k\": -3},\n"))
    #expect(text.contains("\"empty\": {},"))
  }
}
