import ISACore
import Testing

@testable import ISALanguage

@Suite("Files of a machine")
struct IncludeTests {
  @Test("files that are parsed at once give their items in the order of the includes")
  func includes() throws {
    var files = ["m.isa": "machine m \"m\"\n"]
    for number in 0..<24 {
      files["m.isa"]! += "include \"part\(number).isa\"\n"
      files["part\(number).isa"] =
        "const a\(number) = \(number)\n"
        + (number % 5 == 0 ? "include \"inner\(number).isa\"\n" : "")
        + "const b\(number) = \(number)\n"
      files["inner\(number).isa"] = "const c\(number) = \(number)\n"
    }
    files["m.isa"]! += "include \"missing.isa\"\nconst last = 1\nconst last = 2\n"
    let loaded = DescriptionLoader.load(path: "m.isa") { path in
      guard let text = files[path] else { throw CancellationError() }
      return text
    }
    let codes = loaded.diagnostics.map(\.code)
    #expect(codes.contains(.unreadableFile))
    #expect(loaded.sources.count == 1 + 24 + 5)
    for (index, source) in loaded.sources.enumerated() where index > 0 {
      #expect(source.path.hasPrefix(index <= 24 ? "part" : "inner"))
    }
  }

  @Test("what a chapter includes is a part of the chapter")
  func chapters() throws {
    let instruction = { (code: Int) in "instr I\(code) \"one\" { encode \(code):8 }\n" }
    let files = [
      "m.isa": smallMachine(
        """
        include "moves.isa"
        include "sums/sums.isa"
        \(instruction(1))
        """),
      "moves.isa": "include \"moves/far.isa\"\n" + instruction(2),
      "moves/far.isa": instruction(3) + "include \"farther.isa\"\n",
      "moves/farther.isa": instruction(4),
      "sums/sums.isa": instruction(5),
    ]
    let loaded = DescriptionLoader.load(path: "m.isa") { try #require(files[$0]) }
    let machine = try #require(loaded.instructionSet)
    #expect(machine.instructions.map(\.id) == ["I3", "I4", "I2", "I5", "I1"])
    #expect(machine.instructions.map(\.chapter) == ["moves", "moves", "moves", "sums", "m"])
  }
}
