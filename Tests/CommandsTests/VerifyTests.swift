import Foundation
import Testing

@testable import Commands

@Suite("`verify`")
struct VerifyTests {
  private static let quick = ["--states", "20", "--torture", "4", "--depth", "2", "--no-mutants"]

  @Test("the paper's machine passes, its variant fails as the theory predicts, in every format")
  func verdicts() throws {
    let plain = Transcript(["verify", "third-generation", "--format", "json"] + Self.quick)
    #expect(plain.status == .success, "\(plain.output)")
    #expect(plain.errors.isEmpty)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(plain.output.utf8)) as? [String: Any])
    #expect(object["schema"] as? String == "popek/verification/1")
    #expect(object["holds"] as? Bool == true)
    let holed = Transcript(
      ["verify", "third-generation-read-mode", "--format", "html"] + Self.quick)
    #expect(holed.status == .findings)
    #expect(holed.output.hasPrefix("<!DOCTYPE html>"))
    #expect(holed.output.contains("The theory predicts exactly what the monitor observes: RDM"))
    let hybrid = Transcript(
      ["verify", "third-generation-read-mode", "--strategy", "hybrid"] + Self.quick)
    #expect(hybrid.status == .success, "\(hybrid.output)")
    #expect(hybrid.output.contains("The theory predicts exactly what the monitor observes"))
  }

  @Test("what a close-enough monitor leaves out, a guest can tell")
  func closeEnough() {
    let verified = Transcript(
      ["verify", "third-generation", "--strategy", "close-enough"] + Self.quick)
    #expect(verified.status == .findings)
    #expect(verified.output.contains("gives itself away"))
    #expect(verified.output.contains("What a guest can tell"))
    #expect(verified.output.contains("OUT"))
  }

  @Test("a saved guest shows its hole again")
  func savedGuests() throws {
    let folder = try TemporaryFolder()
    let saved = "\(folder.path)/guests"
    let first = Transcript(
      ["verify", "third-generation-read-r", "--save-guests", saved] + Self.quick)
    #expect(first.status == .findings)
    let names = try FileManager.default.contentsOfDirectory(atPath: saved)
    #expect(names == ["SRB.s"])
    let again = Transcript(
      "verify", "third-generation-read-r", "--guest", "\(saved)/SRB.s", "--states", "0",
      "--torture", "0", "--depth", "1", "--no-mutants")
    #expect(again.status == .findings)
    #expect(again.output.contains("step 0: after SRB at"))
    #expect(Transcript("run", "third-generation-read-r", "\(saved)/SRB.s").status == .success)
  }

  @Test("several guests at once are as on bare machines")
  func atOnce() throws {
    let arguments = ["verify", "third-generation", "--at-once", "2", "--quantum", "20"]
    let text = Transcript(arguments)
    #expect(text.status == .success, "\(text.output)")
    #expect(text.output.contains("Who ran when"))
    let json = Transcript(arguments + ["--format", "json"])
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(object["schema"] as? String == "popek/at-once/1")
    #expect(Transcript(arguments + ["--format", "html"]).output.hasPrefix("<!DOCTYPE html>"))
    // Guests taken in turn come round again under another name.
    let many = Transcript(
      "verify", "third-generation", "--at-once", "3", "--guest", "hello", "--quantum", "7")
    #expect(many.output.contains("hello 3"), "\(many.errors)")
  }

  @Test("storage that is promised must be somewhere: in the real machine or on the drum")
  func overcommitted() {
    let arguments = [
      "verify", "s360-cp40", "--at-once", "2", "--guest", "hello", "--limit", "2000", "--virtual",
      "storage_size=0x40000",
    ]
    let refused = Transcript(arguments)
    #expect(refused.status == .usage)
    #expect(refused.errors.contains("--drum "))
    #expect(Transcript(arguments + ["--drum", "200"]).status == .success)
  }

  @Test("step by step, the two machines stand side by side until they part")
  func steps() {
    let step = Transcript("verify", "third-generation", "--guest", "hello", "--step")
    #expect(step.status == .success)
    #expect(step.output.contains("LDI a1,0"))
    #expect(step.output.contains("\u{2502} direct"))
    #expect(step.output.contains("\u{2502} interpreted"))
    let limited = Transcript(
      "verify", "third-generation", "--guest", "hello", "--step", "--limit", "5")
    #expect(limited.output.split(separator: "\n").count == 7)
    let parted = Transcript("verify", "third-generation-read-mode", "--guest", "probe", "--step")
    #expect(parted.status == .findings)
    #expect(parted.output.contains("\u{2260}"))
    #expect(parted.output.hasSuffix("the two have parted\n"))
  }

  @Test("a machine without a map is refused, with its reason and a way out")
  func withoutMap() {
    let refused = Transcript("verify", "s360")
    #expect(refused.status == .usage)
    #expect(refused.errors.contains("s360 cannot run guests under a monitor: "))
    #expect(refused.errors.contains("s360-cp40"))
  }

  @Test(
    "wrong usage is refused with what to write",
    arguments: [
      (["--guest", "helo"], "write hello"),
      (["--virtual", "storage_size"], "expected NAME=NUMBER"),
      (["--virtual", "storage=1"], "no choice 'storage'"),
      (["--real", "storage_size=99999"], "does not fit 9 bits"),
      (["--virtual", "storage_size=511"], "storage"),
      (["--strategy", "fast"], "trap-and-emulate, hybrid, close-enough"),
      (["--step"], "--step wants one guest"),
      (["--quantum", "5"], "--quantum goes with --at-once"),
      (["--at-once", "0"], "at least 1"),
      (["--at-once", "256"], "at most 255"),
      (["--states", "some"], "--states wants a number"),
    ] as [([String], String)])
  func usage(arguments: [String], message: String) {
    let transcript = Transcript(["verify", "third-generation"] + arguments)
    #expect(transcript.status == .usage)
    #expect(transcript.output.isEmpty)
    #expect(transcript.errors.contains(message), "\(transcript.errors)")
  }
}
