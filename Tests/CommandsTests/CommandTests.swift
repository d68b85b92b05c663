import Foundation
import Testing

@testable import Commands

@Suite("The commands")
struct CommandTests {
  @Test("`new` writes a description that validates and classifies at once, and overwrites nothing")
  func skeleton() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("demo.isa")
    #expect(Transcript("new", "demo", "-o", path).status == .success)
    let validation = Transcript("validate", path)
    #expect(validation.status == .success, "\(validation.output)")
    #expect(validation.output == "1 machine, 0 errors, 0 warnings\n")
    #expect(
      Transcript("classify", path, "--require", "theorem1", "--require", "theorem1:strict").status
        == .success)
    let again = Transcript("new", "demo", "-o", path)
    #expect(again.status == .usage)
    #expect(again.errors.contains("exists already"))
    #expect(folder.names == ["demo.isa"])
  }

  @Test("taking the guard out of the skeleton's LRB loses the theorem")
  func unguarded() throws {
    let folder = try TemporaryFolder()
    let guarded = Skeleton.text(name: "demo")
    let lines = guarded.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0.hasPrefix("instr LRB") })
    let line = try #require(lines[start...].firstIndex { $0.contains("require status.mode") })
    var rest = lines
    rest.remove(at: line)
    let path = try folder.file("demo.isa", rest.joined(separator: "\n"))
    let classified = Transcript("classify", path, "--require", "theorem1")
    #expect(classified.status == .findings)
    #expect(classified.errors.contains("theorem1 does not hold for demo"))
    let validated = Transcript("validate", path)
    #expect(validated.status == .findings)
    #expect(validated.output.contains("V001"))
    #expect(validated.output.contains("X001"))
    #expect(validated.output.contains("demo.isa:"))
  }

  @Test("`compare` tells a variant from its base, and `--require same` asks for none")
  func comparison() throws {
    let machines = ["third-generation", "third-generation-jrst"]
    let compared = Transcript(["compare"] + machines)
    #expect(compared.status == .success)
    #expect(
      compared.output.contains(
        "Theorems 1 and 2 hold for third-generation and fail for third-generation-jrst."))
    #expect(compared.output.contains("now JRST"))
    #expect(compared.output.contains("As before: 16 instructions"))
    let required = Transcript(["compare"] + machines + ["--require", "same"])
    #expect(required.status == .findings)
    #expect(required.errors.contains("are not the same"))
    #expect(
      Transcript("compare", machines[0], machines[0], "--require", "same").status == .success)
    for format in ["json", "markdown", "html"] {
      let transcript = Transcript(["compare"] + machines + ["--format", format])
      #expect(transcript.status == .success && transcript.output.contains("JRST"))
    }
  }

  @Test("what a file beside a machine lists is compared, of a variant too, and checked")
  func literature() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("demo.isa", Skeleton.text(name: "demo"))
    try FileManager.default.createDirectory(
      atPath: folder.path + "/literature", withIntermediateDirectories: true)
    let text = """
      title "A title"
      authors "A. Author"
      venue "V"
      year 2000
      defines "d"
      machine demo
      group "G" {
        LRB
      }

      """
    let file = try folder.file("literature/a.lit", text)
    let classified = Transcript("classify", path)
    #expect(classified.status == .success)
    #expect(classified.output.contains("Beside Author 2000"))
    #expect(classified.output.contains("Listed, and found otherwise here: 1"))
    #expect(Transcript("validate", path).status == .success)

    _ = try folder.file("literature/a.lit", text.replacing("LRB", with: "LRX"))
    let unknown = Transcript("validate", path)
    #expect(unknown.status == .findings)
    #expect(unknown.output.contains("a.lit:8:3") && unknown.output.contains("LRX"))

    _ = try folder.file("literature/a.lit", text.replacing("year", with: "yaer"))
    #expect(Transcript("validate", path).status == .findings)
    let broken = Transcript("classify", path)
    #expect(broken.status == .usage)
    #expect(broken.errors.contains("\(file):4:1: expected"))

    // A delta on disk of a built-in machine has its base's; a file about another machine is nobody's.
    _ = try folder.file("literature/a.lit", text.replacing("machine demo", with: "machine x"))
    #expect(!Transcript("classify", path).output.contains("Beside"))
    #expect(
      Transcript("classify", "third-generation-jrst").output
        .contains("Beside Popek and Goldberg 1974"))
    #expect(!Transcript("classify", "third-generation").output.contains("Beside"))
  }

  @Test("`compare` refuses what it cannot read")
  func badComparison() throws {
    for arguments in [
      ["third-generation"], ["third-generation", "no-such-machine"],
      ["third-generation", "third-generation", "--require", "theorem1"],
      ["third-generation", "third-generation", "--modes", "none"],
      ["third-generation", "third-generation", "--modes", "paper", "--modes", "none"],
      ["third-generation", "third-generation"] + Array(repeating: "--modes=paper", count: 3),
    ] {
      #expect(Transcript(["compare"] + arguments).status == .usage)
    }
    #expect(
      Transcript(
        "compare", "third-generation", "third-generation", "--modes", "paper", "--modes", "paper"
      ).status == .success)
  }

  @Test("code that is decoded otherwise than after a reset is disassembled to text that says so")
  func contexts() throws {
    let folder = try TemporaryFolder()
    let bytes: [UInt8] = [0xB8, 0x78, 0x56, 0x34, 0x12, 0x83, 0xC2, 0x59, 0x66, 0xBB, 0x01, 0x00]
    let image = folder.path + "/code.bin"
    try Data(bytes).write(to: URL(filePath: image))
    let settings = ["data16=0", "addr16=0", "code_16=0"].flatMap { ["--context", $0] }
    let listing = Transcript(["disasm", "ia32", image] + settings)
    #expect(listing.output.contains(".context data16, 0\n"))
    #expect(listing.output.contains("mov eax,0x12345678\n"))
    #expect(listing.output.contains("add edx,89\n"))
    let copy = folder.path + "/copy.bin"
    let source = try folder.file("code.s", listing.output)
    #expect(Transcript("asm", "ia32", source, "-o", copy).status == .success)
    #expect(try Array(Data(contentsOf: URL(filePath: copy))) == bytes)
    #expect(Transcript("disasm", "ia32", image, "--context", "data=0").status == .usage)
    #expect(Transcript("disasm", "ia32", image, "--context", "data16=2").status == .usage)
  }

  @Test("a failed test says what was expected and what came")
  func failedTest() throws {
    let folder = try TemporaryFolder()
    let text = Skeleton.text(name: "demo")
      .replacing("then  r[2] = 0x2A", with: "then  r[2] = 0x2B")
    let validated = Transcript("validate", try folder.file("demo.isa", text))
    #expect(validated.status == .findings)
    #expect(
      validated.output.contains(
        #"`LDI`, "the number arrives": r[2] should be 0x2B, but it is 0x2A"#))
    #expect(validated.output.contains("1 machine, 1 error, 0 warnings"))
  }

  @Test("`validate --timings` names the steps that were done, each with its time")
  func timings() throws {
    let lines = Transcript("validate", "third-generation", "--timings").output.split(
      separator: "\n")
    #expect(lines.count == 2)
    let pattern =
      /third-generation: read and checked in \d+ ms, tested in \d+ ms, classified in \d+ ms/
    #expect(lines[0].wholeMatch(of: pattern) != nil)
    #expect(!Transcript("validate", "third-generation").output.contains(" ms"))
  }

  @Test("`validate` writes JSON and SARIF that parse")
  func formats() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("broken.isa", "machine broken \"B\"\nregister r : 8 plian\n")
    for format in ["json", "sarif"] {
      let transcript = Transcript("validate", path, "--format", format)
      #expect(transcript.status == .findings)
      let object = try JSONSerialization.jsonObject(with: Data(transcript.output.utf8))
      #expect(object is [String: Any])
    }
  }

  @Test("a broken description is input that cannot be read, for all commands but `validate`")
  func broken() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("broken.isa", "machine broken \"B\"\nregister r : 8 plian\n")
    for command in ["classify", "report"] {
      let transcript = Transcript(command, path)
      #expect(transcript.status == .usage)
      #expect(transcript.errors.contains("T008"))
    }
    #expect(Transcript("validate", path).status == .findings)
    #expect(Transcript("validate", folder.path).status == .findings)
  }

  @Test("machines in --isa-path are found by name, also as the base of another")
  func isaPath() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("one.isa", Skeleton.text(name: "one"))
    _ = try folder.file("two.isa", "machine two : one \"Two\"\nremove LS\n")
    let list = Transcript("list", "--isa-path", folder.path, "--format", "json")
    #expect(list.output.contains(#""id":"two""#))
    #expect(list.output.contains(#""base":"one""#))
    #expect(Transcript("classify", "two", "--isa-path", folder.path).status == .success)
  }

  @Test("a program is assembled, disassembled and run")
  func program() throws {
    let folder = try TemporaryFolder()
    let isa = try folder.file("demo.isa", Skeleton.text(name: "demo"))
    let source = try folder.file(
      "loop.s", "  .org 8\n  LDI r1,5\nloop: ADD r2,r1\n  JZ r0,loop\n")
    for name in ["loop.bin", "loop.srec"] {
      let image = try folder.file(name)
      let assembled = Transcript("asm", isa, source, "-o", image, "--listing")
      #expect(assembled.status == .success)
      #expect(assembled.output.contains("loop = 0xA"))
      let at = name == "loop.bin" ? ["--at", "8"] : []
      let text = Transcript(["disasm", isa, image] + at)
      #expect(text.output.contains("LDI r1,5"))
      let run = Transcript(["run", isa, image, "--limit", "7", "--trace"] + at)
      #expect(run.status == .success)
      #expect(run.output.contains("8  LDI r1,5"))
      #expect(run.output.contains("r[2] = 0F"))
    }
    #expect(folder.names.count == 4)
    let wrong = try folder.file("wrong.s", "  LDY r1,5\n")
    let failed = Transcript("asm", isa, wrong)
    #expect(failed.status == .findings)
    #expect(failed.errors.contains("wrong.s:1:3: error: no instruction 'LDY'"))
    #expect(failed.errors.contains("    ^"))
  }

  @Test("`run` sets registers, elements and fields by name")
  func settings() throws {
    let folder = try TemporaryFolder()
    let isa = try folder.file("demo.isa", Skeleton.text(name: "demo"))
    let image = try folder.file("empty.bin", "")
    let run = Transcript(
      "run", isa, image, "--limit", "1", "--set", "r[3]=0x7F", "--set", "status.pc=200")
    #expect(run.output.contains("r[3] = 7F"))
    let wrong = Transcript("run", isa, image, "--set", "status.pd=1")
    #expect(wrong.status == .usage)
    #expect(wrong.errors.contains("write pc"))
    #expect(Transcript("run", isa, image, "--set", "r[4]=1").status == .usage)
    #expect(Transcript("run", isa, image, "--set", "r[1]=256").status == .usage)
  }

  @Test("`report` writes its files, `--check` notices a stale and a missing one")
  func report() throws {
    let folder = try TemporaryFolder()
    let isa = try folder.file("demo.isa", Skeleton.text(name: "demo"))
    let reports = "\(folder.path)/Reports"
    #expect(Transcript("report", isa, "-o", reports, "--check").status == .findings)
    #expect(Transcript("report", isa, "-o", reports).status == .success)
    #expect(Transcript("report", isa, "-o", reports, "--check").status == .success)
    let page = "\(reports)/demo.md"
    try "stale\n".write(toFile: page, atomically: true, encoding: .utf8)
    let stale = Transcript("report", isa, "-o", reports, "--check")
    #expect(stale.status == .findings)
    #expect(stale.errors.contains("demo.md is stale"))
  }

  @Test("System/360 conforms to the sampled single-step cases")
  func conformance() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases")
      .path(percentEncoded: false)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      .filter { $0.hasPrefix("s360") }
    #expect(files.count == 5)
    let conform = Transcript(
      ["conform", "s360"] + files.map { "\(folder)/\($0)" } + ["--format", "json"])
    #expect(conform.status == .success)
    let object = try JSONSerialization.jsonObject(with: Data(conform.output.utf8))
    let report = try #require(object as? [String: Any])
    #expect(report["schema"] as? String == "popek/conformance/1")
    #expect(report["cases"] as? Int ?? 0 > 100)
    #expect(report["failed"] as? Int == 0)
    #expect(report["unsupported"] as? Int == 0)
  }

  @Test("SPARC V8 conforms to the sampled single-step cases, and not to changed ones")
  func conformanceOfWindows() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Cases/sparc-v8.jsonl").path(percentEncoded: false)
    let conform = Transcript("conform", "sparc-v8", path)
    #expect(conform.status == .success, "\(conform.output)")
    #expect(!conform.output.contains(" 0 passed"))
    let folder = try TemporaryFolder()
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let line = try #require(
      text.split(separator: "\n").first { $0.contains("\"save\"") && $0.contains("null") })
    // What SAVE wrote into its new window, no longer stated.
    let changed = line.replacing(/"[OLI][0-7]":"[0-9A-F]{8}",/, with: "", subrange: after(in: line))
    let other = Transcript(
      "conform", "sparc-v8", try folder.file("cases.jsonl", String(changed) + "\n"))
    #expect(other.status == .findings)
    #expect(other.output.contains("windows["))
  }

  private func after(in line: Substring) -> Range<Substring.Index> {
    (line.range(of: "\"after\"")?.lowerBound ?? line.startIndex)..<line.endIndex
  }

  @Test("cases that are no cases are refused with their line")
  func malformedCases() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("cases.jsonl", "\n{\"isa\":\n")
    let conform = Transcript("conform", "s360", path)
    #expect(conform.status == .usage)
    #expect(conform.errors.contains("cases.jsonl:2:"))
  }

  @Test("a code of a message is explained")
  func codes() {
    let page = Transcript("explain", "t001")
    #expect(page.status == .success)
    #expect(page.output.hasPrefix("T001"))
  }

  @Test("the judge agrees on a few machines, and the fuzzer finds nothing")
  func judgeAndFuzzer() {
    let judged = Transcript("judge", "--count", "20", "--seed", "5", "--format", "json")
    #expect(judged.status == .success, "\(judged.output)")
    let fuzzed = Transcript("fuzz", "third-generation", "--count", "40")
    #expect(fuzzed.status == .success, "\(fuzzed.output)")
    #expect(fuzzed.output.hasPrefix("40 texts"))
  }
}
