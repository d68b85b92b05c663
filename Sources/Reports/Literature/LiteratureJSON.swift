import Classifier
import ISACore

extension ClassificationJSON {
  static func writeLiterature(
    _ comparison: LiteratureComparison, _ isa: InstructionSet, _ classification: Classification,
    to json: inout JSONWriter
  ) {
    let literature = comparison.literature
    json.object { json in
      json.member("title", literature.title)
      json.member("authors", literature.authors)
      json.member("venue", literature.venue)
      json.member("year", literature.year)
      json.member("definition", literature.definition)
      write("different", comparison.different, isa, classification, to: &json)
      json.member(
        "foundHere",
        comparison.foundHere.map {
          isa.instructions[classification.instructions[$0].instruction].id
        })
      write("agreed", comparison.agreed, isa, classification, to: &json)
    }
  }

  private static func write(
    _ name: String, _ rows: [LiteratureComparison.Row], _ isa: InstructionSet,
    _ classification: Classification, to json: inout JSONWriter
  ) {
    json.arrayMember(name) { json in
      for row in rows {
        json.inline { json in
          json.object { json in
            json.member("name", row.listed.name)
            json.member("group", row.group.title)
            json.member("section", row.group.section.isEmpty ? nil : row.group.section)
            json.member("where", row.listed.remark.isEmpty ? nil : row.listed.remark)
            json.arrayMember("instructions") { json in
              for finding in row.findings {
                let found = classification.instructions[finding.entry]
                json.object { json in
                  json.member("id", isa.instructions[found.instruction].id)
                  json.member("class", found.verdict.instructionClass.rawValue)
                }
              }
            }
            json.member("missing", row.missing)
          }
        }
      }
    }
  }
}
