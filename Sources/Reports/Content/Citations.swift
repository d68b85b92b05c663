import ISACore

extension InstructionSet {
  /// Manual, section and page as a reader looks them up: `GA22-6821-8, "Load PSW", page 72`.
  func text(of citation: Citation) -> String {
    guard let manual = manuals.first(where: { $0.id == citation.manual }) else {
      return "\(citation.manual), \u{201C}\(citation.section)\u{201D}"
    }
    let text = "\(manual.title), \u{201C}\(citation.section)\u{201D}"
    if let page = manual.sections[citation.section] ?? nil { return "\(text), page \(page)" }
    return text
  }

  func text(of citations: [Citation]) -> String {
    citations.map { text(of: $0) }.joined(separator: "; ")
  }

  /// The same without the manual's title, where the page has named it already.
  func shortText(of citation: Citation) -> String {
    let manual = manuals.first { $0.id == citation.manual }
    let section = "\u{201C}\(citation.section)\u{201D}"
    let place: String
    if let page = manual?.sections[citation.section] ?? nil {
      place = "\(section), page \(page)"
    } else {
      place = section
    }
    return manuals.count > 1 ? "\(citation.manual): \(place)" : place
  }
}
