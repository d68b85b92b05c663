// swift-tools-version: 6.0
import PackageDescription

// Modules depend downward only, in the order in which they stand here.
let package = Package(
  name: "popek",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "popek", targets: ["popek"])
  ],
  targets: [
    // IEEE 754 arithmetic by integers alone.
    .target(name: "IEEEArithmetic"),
    // What a machine is: state with roles, the one intermediate representation.
    .target(name: "ISACore", dependencies: ["IEEEArithmetic"]),
    // Text to a checked `InstructionSet`.
    .target(name: "ISALanguage", dependencies: ["IEEEArithmetic", "ISACore"]),
    // Hash-consed terms and the one simplifier.
    .target(name: "Terms", dependencies: ["ISACore"]),
    // The concrete machine: decodes, caches, executes.
    .target(name: "Machine", dependencies: ["ISACore"]),
    // Terms, the symbolic machine, SAT, SMT-LIB.
    .target(name: "Symbolic", dependencies: ["ISACore", "Terms"]),
    // Popek and Goldberg's definitions, the provers and the theorems.
    .target(name: "Classifier", dependencies: ["ISACore", "Terms", "Machine", "Symbolic"]),
    // Assembler and disassembler from the descriptions' templates.
    .target(name: "Assembler", dependencies: ["ISACore", "Machine"]),
    // Models of devices, and the processor with its devices.
    .target(name: "Devices", dependencies: ["ISACore", "Machine"]),
    // The test monitor: dispatcher, allocator, interpreter.
    .target(name: "Monitor", dependencies: ["ISACore", "Machine", "Devices"]),
    // The tests and expectations beside the instructions.
    .target(
      name: "Validation", dependencies: ["ISACore", "ISALanguage", "Machine", "Classifier"]),
    // Whether the theory's predictions come true: guests, lockstep, diagrams, torture, mutants.
    .target(
      name: "Verification",
      dependencies: [
        "ISACore", "ISALanguage", "Machine", "Devices", "Classifier", "Assembler", "Monitor",
      ]),
    // JSON, text, Markdown, HTML, SARIF.
    .target(
      name: "Reports",
      dependencies: [
        "ISACore", "ISALanguage", "Machine", "Classifier", "Assembler", "Monitor", "Verification",
      ]),
    // The descriptions under ISAs/, compiled in, and those found elsewhere.
    .target(
      name: "Library",
      path: ".",
      exclude: [".ci", "LICENSE", "README.md", "Reports", "Tests"],
      sources: ["Sources/Library"],
      plugins: ["EmbedPlugin"]),
    .executableTarget(name: "EmbedDescriptions"),
    .plugin(
      name: "EmbedPlugin", capability: .buildTool(), dependencies: ["EmbedDescriptions"],
      path: "Sources/EmbedPlugin"),
    // One file a subcommand.
    .target(
      name: "Commands",
      dependencies: [
        "ISACore", "ISALanguage", "Terms", "Machine", "Symbolic", "Classifier", "Assembler",
        "Devices", "Monitor", "Validation", "Verification", "Reports", "Library",
      ]),
    .executableTarget(name: "popek", dependencies: ["Commands"]),
    .testTarget(
      name: "IEEEArithmeticTests", dependencies: ["IEEEArithmetic"], exclude: ["Processor"]),
    .testTarget(name: "TermsTests", dependencies: ["ISACore", "Terms"]),
    .testTarget(
      name: "SymbolicTests", dependencies: ["IEEEArithmetic", "ISACore", "Terms", "Symbolic"]),
    .testTarget(name: "MachineTests", dependencies: ["IEEEArithmetic", "ISACore", "Machine"]),
    .testTarget(
      name: "ISALanguageTests", dependencies: ["IEEEArithmetic", "ISALanguage", "ISACore"]),
    .testTarget(
      name: "ValidationTests",
      dependencies: ["ISACore", "ISALanguage", "Machine", "Validation"],
      exclude: ["FloatingPoint", "HardCases", "LargeDelta", "Semantics"]),
    .testTarget(
      name: "AssemblerTests",
      dependencies: ["ISACore", "ISALanguage", "Machine", "Assembler", "Library"]),
    .testTarget(
      name: "ReportsTests",
      dependencies: [
        "ISACore", "ISALanguage", "Machine", "Classifier", "Monitor", "Verification", "Reports",
        "Library",
      ]),
    .testTarget(name: "CommandsTests", dependencies: ["Commands"], exclude: ["Cases"]),
    .testTarget(
      name: "ClassifierTests", dependencies: ["ISACore", "Machine", "Symbolic", "Classifier"]),
    .testTarget(
      name: "DevicesTests",
      dependencies: ["ISACore", "ISALanguage", "Machine", "Assembler", "Devices", "Library"]),
    .testTarget(
      name: "MonitorTests",
      dependencies: [
        "ISACore", "ISALanguage", "Machine", "Devices", "Assembler", "Monitor", "Library",
      ]),
    .testTarget(
      name: "VerificationTests",
      dependencies: [
        "ISACore", "ISALanguage", "Machine", "Devices", "Assembler", "Monitor", "Verification",
        "Classifier", "Library",
      ]),
    .testTarget(name: "DocumentationTests", dependencies: ["ISALanguage"]),
  ],
  swiftLanguageModes: [.v6]
)

// The library's folder is the whole package, so that it owns ISAs/; the other targets are not its.
let library = package.targets.first { $0.name == "Library" }!
library.exclude += package.targets
  .filter { $0 !== library && $0.type != .test }
  .map { $0.path ?? "Sources/\($0.name)" }
