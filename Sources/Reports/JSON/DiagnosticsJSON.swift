import ISACore
import ISALanguage

/// Messages about descriptions as `popek/diagnostics/1`.
public enum DiagnosticsJSON {
  public static let schema = "popek/diagnostics/1"

  /// - Parameter sources: the texts that the spans index.
  public static func text(
    _ diagnostics: [Diagnostic], sources: [SourceFile], isPretty: Bool = false
  ) -> String {
    text([(diagnostics, sources)], isPretty: isPretty)
  }

  /// One document for several descriptions, each with texts of its own.
  public static func text(
    _ descriptions: [(diagnostics: [Diagnostic], sources: [SourceFile])], isPretty: Bool = false
  ) -> String {
    var json = JSONWriter(isPretty: isPretty)
    json.object { json in
      json.member("schema", schema)
      json.arrayMember("diagnostics") { json in
        for (diagnostics, sources) in descriptions {
          let map = SourceMap(sources)
          for diagnostic in diagnostics { write(diagnostic, map, to: &json) }
        }
      }
    }
    return json.text + "\n"
  }

  private static func write(
    _ diagnostic: Diagnostic, _ map: SourceMap, to json: inout JSONWriter
  ) {
    json.object { json in
      json.member("code", diagnostic.code.rawValue)
      json.member("severity", diagnostic.severity.rawValue)
      json.member("message", diagnostic.message)
      write(map.place(diagnostic.span), to: &json)
      json.member("help", diagnostic.fix?.message)
      if let fix = diagnostic.fix {
        json.objectMember("fix") { json in
          json.member("message", fix.message)
          json.member("replacement", fix.replacement)
          write(map.place(fix.span), to: &json)
        }
      }
      json.arrayMember("notes") { json in
        for note in diagnostic.notes {
          json.object { json in
            json.member("message", note.message)
            write(map.place(note.span), to: &json)
          }
        }
      }
    }
  }

  private static func write(_ place: SourceMap.Place?, to json: inout JSONWriter) {
    json.member("file", place?.path ?? "")
    json.member("line", place?.line ?? 1)
    json.member("column", place?.column ?? 1)
    json.member("endLine", place?.endLine ?? 1)
    json.member("endColumn", place?.endColumn ?? 1)
  }
}
