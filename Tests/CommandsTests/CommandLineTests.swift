import Testing

@testable import Commands

@Suite("The command line")
struct CommandLineTests {
  @Test("every command has a page that states usage, examples and exit statuses")
  func help() {
    for command in CommandLineTool.commands {
      let page = Transcript(command.name, "--help")
      #expect(page.status == .success)
      #expect(page.output.contains("usage: popek \(command.name)"))
      #expect(page.output.contains("examples:\n  popek \(command.name)"))
      for status in Commands.ExitStatus.allCases {
        #expect(page.output.contains("\(status.rawValue)  "))
      }
      #expect(page.output == Transcript("help", command.name).output)
    }
    let overview = Transcript("--help")
    #expect(overview.status == .success)
    for command in CommandLineTool.commands { #expect(overview.output.contains(command.summary)) }
    #expect(Transcript().status == .usage)
  }

  @Test("help fits a terminal of 100 columns")
  func width() {
    for command in CommandLineTool.commands {
      for line in HelpText.page(command).split(separator: "\n") { #expect(line.count <= 100) }
    }
  }

  @Test("every example in the help is a command line that parses")
  func examples() throws {
    for command in CommandLineTool.commands {
      #expect(!command.examples.isEmpty)
      for example in command.examples {
        let words = example.split(separator: " ").map(String.init)
        #expect(words[0] == command.name)
        _ = try ArgumentParser.parse(words.dropFirst(), for: command)
      }
    }
  }

  @Test(
    "wrong usage exits with status 2 and says what to write",
    arguments: [
      (["clasify", "s360"], "no command 'clasify'", "write popek classify"),
      (["classify"], "classify needs ISA", nil),
      (["classify", "a", "b"], "'b' is one argument too many", nil),
      (["classify", "s360", "--fromat", "json"], "no option '--fromat'", "write --format"),
      (["classify", "s360", "--format", "xml"], "--format cannot be 'xml' here", "text, json"),
      (["classify", "s360", "--format"], "--format needs a value", nil),
      (["classify", "s361"], "no machine 's361'", "write s360"),
      (["classify", "s360", "--require", "theorem4"], "--require cannot be", "theorem1"),
      (["classify", "s360", "--modes", "x"], "s360 has no modes 'x'", nil),
      (["explain", "s360", "LPSV"], "has no instruction 'LPSV'", "write LPSW"),
      (["explain", "T999"], "is no code of a message", nil),
      (["run", "s360", "/nowhere/image"], "no such file", nil),
      (["judge", "--count", "many"], "--count wants a number", nil),
      (["judge", "-x"], "no option '-x'", nil),
      (["list", "--isa-path", "/nowhere"], "no such folder", nil),
      (["new", "3times"], "cannot name a machine", nil),
    ] as [([String], String, String?)])
  func usage(arguments: [String], message: String, help: String?) {
    let transcript = Transcript(arguments)
    #expect(transcript.status == .usage)
    #expect(transcript.output.isEmpty)
    #expect(transcript.errors.contains("error: "))
    #expect(transcript.errors.contains(message))
    if let help {
      #expect(transcript.errors.contains("help: \(help)") || transcript.errors.contains(help))
    }
  }

  @Test("options may follow operands, carry values by =, and end at --")
  func options() throws {
    let parsed = try ArgumentParser.parse(
      ["s360", "--format=json", "--isa-path", "a", "--isa-path", "b", "--"],
      for: ClassifyCommand.self)
    #expect(parsed.operands == ["s360"])
    #expect(parsed.format == .json)
    #expect(parsed.all("isa-path") == ["a", "b"])
    let dashed = try ArgumentParser.parse(["--", "-odd-"], for: NewCommand.self)
    #expect(dashed.operands == ["-odd-"])
    #expect(throws: UsageError.self) {
      try ArgumentParser.parse(["--format", "json", "--format", "text"], for: ListCommand.self)
    }
  }

  @Test("colour is for readers that show it")
  func color() {
    #expect(!Transcript("list").output.contains("\u{1B}"))
    #expect(Transcript("list", color: true).output.contains("\u{1B}"))
  }
}
