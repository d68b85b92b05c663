import ISACore
import ISALanguage

/// Messages about descriptions as a SARIF 2.1.0 log, fixes included.
public enum DiagnosticsSARIF {
  public static func text(
    _ diagnostics: [Diagnostic], sources: [SourceFile], isPretty: Bool = false
  ) -> String {
    text([(diagnostics, sources)], isPretty: isPretty)
  }

  /// One log for several descriptions, each with texts of its own.
  public static func text(
    _ descriptions: [(diagnostics: [Diagnostic], sources: [SourceFile])], isPretty: Bool = false
  ) -> String {
    let used = Set(descriptions.flatMap { $0.diagnostics.map(\.code) })
    let rules = DiagnosticCode.allCases.filter(used.contains).map { code in
      SARIFLog.Rule(
        id: code.rawValue, name: "\(code)",
        text: DiagnosticCatalogue.entry(for: code).title)
    }
    return SARIFLog(rules: rules).text(isPretty: isPretty) { json in
      for (diagnostics, sources) in descriptions {
        let map = SourceMap(sources)
        for diagnostic in diagnostics { write(diagnostic, map, to: &json) }
      }
    }
  }

  private static func write(
    _ diagnostic: Diagnostic, _ map: SourceMap, to json: inout JSONWriter
  ) {
    json.object { json in
      json.member("ruleId", diagnostic.code.rawValue)
      json.member("level", diagnostic.severity.rawValue)
      SARIFLog.writeMessage(diagnostic.message, to: &json)
      SARIFLog.writeLocations(map.place(diagnostic.span), to: &json)
      if !diagnostic.notes.isEmpty {
        json.arrayMember("relatedLocations") { json in
          for note in diagnostic.notes {
            guard let place = map.place(note.span) else { continue }
            json.object { json in
              SARIFLog.writePhysical(place, to: &json)
              SARIFLog.writeMessage(note.message, to: &json)
            }
          }
        }
      }
      if let fix = diagnostic.fix, let place = map.place(fix.span) {
        json.arrayMember("fixes") { json in
          json.object { write(fix, at: place, to: &$0) }
        }
      }
    }
  }

  private static func write(
    _ fix: Diagnostic.Fix, at place: SourceMap.Place, to json: inout JSONWriter
  ) {
    json.objectMember("description") { $0.member("text", fix.message) }
    json.arrayMember("artifactChanges") { json in
      json.object { json in
        SARIFLog.writeArtifact(place, to: &json)
        json.arrayMember("replacements") { json in
          json.object { json in
            json.key("deletedRegion")
            SARIFLog.writeRegion(place, to: &json)
            json.objectMember("insertedContent") { $0.member("text", fix.replacement) }
          }
        }
      }
    }
  }
}
