import Foundation
import Monitor
import Testing

@testable import Reports
@testable import Verification

@Suite("Reports of guests at once")
struct VerificationHouseTests {
  static let house = Verified.house("third-generation", count: 2, quantum: 20)

  @Test("JSON names every guest and every turn")
  func json() throws {
    let report = try #require(Self.house)
    let text = HouseJSON.text(report)
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(json["schema"] as? String == "popek/at-once/1")
    #expect(json["holds"] as? Bool == true)
    #expect((json["guests"] as? [[String: Any]])?.count == 2)
    let turns = try #require(json["turns"] as? [[Int]])
    #expect(turns.count == report.result.turns.count)
    #expect(turns.allSatisfy { $0.count == 5 && $0[2] <= 20 })
    #expect(turns.reduce(0) { $0 + $1[2] } == json["steps"] as? Int)
  }

  @Test("the text draws who ran when")
  func text() throws {
    let report = try #require(Self.house)
    let text = HouseText.text(report)
    #expect(text.contains("Two virtual machines ran at once on one machine"))
    #expect(text.contains("Who ran when"))
    #expect(text.contains("\u{2588}"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test("the page is well formed, with a lane for each guest")
  func page() throws {
    var report = try #require(Self.house)
    var page = VerificationHouseTests.checked(report)
    #expect(page.errors == [])
    #expect(page.resources == [])
    #expect(Set(page.ids).count == page.ids.count)
    #expect(Set(page.references).isSubset(of: page.ids))
    // With paging, with more turns than are drawn one by one, and with nothing at all.
    report.result.turns = (0..<4000).map {
      Turn(guest: $0 % 2, start: UInt64($0) * 7, steps: 7, pageIns: UInt64($0 % 3), pageOuts: 1)
    }
    report.result.pageIns = 4000
    page = VerificationHouseTests.checked(report)
    #expect(page.errors == [])
    #expect(page.text.contains("pages per thousand steps"))
    report.result = HouseResult()
    #expect(VerificationHouseTests.checked(report).errors == [])
    #expect(!HouseText.text(report).isEmpty)
  }

  private static func checked(_ report: HouseReport) -> HTMLChecker {
    HTMLChecker(HouseHTML.text(report))
  }

  @Test("a timetable loses no time and no page", arguments: [1, 3, 72, 500])
  func timetable(columns: Int) {
    let turns = (0..<40).map {
      Turn(
        guest: $0 % 3, start: UInt64($0) * 11, steps: $0 == 39 ? 4 : 11, pageIns: UInt64($0 % 4),
        pageOuts: 2)
    }
    let table = Timetable(turns, guests: 3, columns: columns)
    let steps = table.shares.map { $0.reduce(0, +) * table.stepsPerColumn }
    for guest in 0..<3 {
      let made: Double = turns.filter { $0.guest == guest }.reduce(0) { $0 + Double($1.steps) }
      #expect(abs(steps[guest] - made) < 1e-6)
    }
    for column in 0..<columns {
      var share = 0.0
      for guest in table.shares { share += guest[column] }
      #expect(abs(share - 1) < 1e-6)
    }
    let ins: Double = table.ins.reduce(0, +) * table.stepsPerColumn / 1000
    let wanted: UInt64 = turns.reduce(0) { $0 + $1.pageIns }
    #expect(abs(ins - Double(wanted)) < 1e-6)
  }

  @Test("numbers are grouped, rounded and signed as people write them")
  func figures() {
    #expect(Figures.grouped(0) == "0")
    #expect(Figures.grouped(999) == "999")
    #expect(Figures.grouped(1_234_567) == "1,234,567")
    #expect(Figures.grouped(-123_456) == "-123,456")
    #expect(Figures.decimal(0.05) == "0.1")
    #expect(Figures.decimal(12.345, 2) == "12.35" || Figures.decimal(12.345, 2) == "12.34")
    #expect(Figures.decimal(-0.01) == "0.0")
    #expect(Figures.decimal(1999.96) == "2,000.0")
    #expect(Figures.decimal(.infinity) == "\u{221E}")
    #expect(Figures.percent(0.9304) == "93.0 %")
  }
}
