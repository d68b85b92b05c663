import Testing

@testable import Reports

@Suite("HTML report")
struct HTMLReportTests {
  private static let isa = SampleMachine().isa
  private static let classification = SampleVerdicts.classification(of: isa)
  private static let page = HTMLReport.text(isa, classification)
  private static let checker = HTMLChecker(page)

  @Test("every tag is closed, every attribute quoted, nothing is left unescaped")
  func wellFormed() {
    #expect(Self.checker.errors == [])
    #expect(Self.page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
  }

  @Test("the checker notices what is wrong")
  func checkerNotices() {
    #expect(!HTMLChecker("<p><b></p></b>").errors.isEmpty)
    #expect(!HTMLChecker("<p>").errors.isEmpty)
    #expect(!HTMLChecker("<p a=b></p>").errors.isEmpty)
    #expect(!HTMLChecker("a & b").errors.isEmpty)
    #expect(!HTMLChecker("<p onclick=\"x\"></p>").errors.isEmpty)
  }

  @Test("no anchor is given twice, and every link leads somewhere")
  func anchors() {
    #expect(Set(Self.checker.ids).count == Self.checker.ids.count)
    #expect(Set(Self.checker.references).isSubset(of: Self.checker.ids))
  }

  @Test("the page fetches nothing")
  func selfContained() {
    #expect(Self.checker.resources == [])
    #expect(!Self.page.contains("http:") && !Self.page.contains("https:"))
    #expect(!Self.page.contains("@import") && !Self.page.contains("url(\""))
  }

  @Test("what a description says is text, never markup")
  func escaping() {
    #expect(!Self.page.contains("<script>alert"))
    #expect(Self.page.contains("&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;"))
    #expect(!Self.page.contains("\u{1B}") && !Self.page.contains("\u{202E}"))
  }

  @Test("hostile text in every place a description reaches is escaped")
  func hostileEverywhere() {
    let evil = "\"'><img src=x onerror=alert(1)>&\u{0}"
    var isa = Self.isa
    isa.id = evil
    isa.name = evil
    isa.manuals[0].title = evil
    for index in isa.instructions.indices {
      isa.instructions[index].id = "\(evil)\(index)"
      isa.instructions[index].title = evil
      isa.instructions[index].chapter = evil
      isa.instructions[index].forms[0].name = evil
      isa.instructions[index].forms[0].syntax.mnemonic = evil
      isa.instructions[index].forms[0].fields[0].name = evil
    }
    var classification = Self.classification
    classification.assumptions = [evil]
    classification.preconditions[0].why = evil
    classification.modePair.user[0].text = evil
    classification.instructions[1].when = evil
    let checker = HTMLChecker(HTMLReport.text(isa, classification))
    #expect(checker.errors == [])
    #expect(checker.resources == [])
    #expect(Set(checker.ids).count == checker.ids.count)
    #expect(Set(checker.references).isSubset(of: checker.ids))
  }

  @Test("the verdict comes first, then readings, preconditions, pictures and instructions")
  func order() {
    let sections = Self.checker.ids.filter {
      ["verdict", "readings", "preconditions", "sets", "map", "instructions", "evidence"].contains(
        $0)
    }
    #expect(
      sections
        == ["verdict", "readings", "preconditions", "sets", "map", "instructions", "evidence"])
  }

  @Test("every instruction has its entry with a reason")
  func entries() {
    for instruction in Self.isa.instructions {
      #expect(Self.checker.ids.contains(HTMLWriter.anchor(instruction.id)))
    }
    #expect(Self.checker.text.contains("gr[1] depends on clock"))
  }

  @Test("anchors of different ids differ")
  func anchorsAreInjective() {
    let ids = ["a", "A", "a-", "-a", "a b", "a-20-b", "\u{E9}", "a.b", "a_b", ""]
    #expect(Set(ids.map(HTMLWriter.anchor)).count == ids.count)
  }

  @Test("highlighting changes no character of the source")
  func highlighting() {
    let source = "instr X \"a < b\" { // c & d\n  let é = 0x1F + gr[r1] \"open"
    var html = HTMLWriter()
    SourceHighlighter.write(source, to: &html)
    var text = HTMLChecker(html.html).text
    for (entity, character) in [("&lt;", "<"), ("&quot;", "\""), ("&amp;", "&")] {
      text = text.split(separator: entity, omittingEmptySubsequences: false)
        .joined(separator: character)
    }
    #expect(text == source)
    #expect(html.html.contains("<span class=\"keyword\">let</span>"))
    #expect(html.html.contains("<span class=\"comment\">// c &amp; d</span>"))
  }

  @Test("an empty machine still has a page")
  func empty() {
    var isa = Self.isa
    isa.instructions = []
    let classification = SampleVerdicts.classification(of: isa)
    #expect(HTMLChecker(HTMLReport.text(isa, classification)).errors == [])
    #expect(!MarkdownReport.text(isa, classification).isEmpty)
    #expect(!TextReport.classification(isa, classification).isEmpty)
  }
}
