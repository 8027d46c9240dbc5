using System.Text.Json;
using SelfHeal.Diagnosis;

namespace SelfHeal.Cli.Output;

/// <summary>Heap overflows, for people and for machines.</summary>
internal static class Findings
{
    public static void Write(OverflowFinding finding)
    {
        Console.Out.WriteLine($"overflow: {finding.Sentence}");
        Stacks.Write(finding.AccessStack, "  access     ");
        Stacks.Write(finding.AllocationStack, "  allocation ");
    }

    public static void Write(Utf8JsonWriter json, OverflowFinding finding)
    {
        json.WriteStartObject();
        json.WriteString("kind", finding.Kind.ToString());
        json.WriteString("sentence", finding.Sentence);
        json.WriteNumber("size", finding.Size);
        json.WriteNumber("extent", finding.Extent);
        json.WriteNumber("first", finding.First);
        json.WriteNumber("blocks", finding.Blocks);
        JsonOutput.WriteStrings(json, "allocationStack", finding.AllocationStack.Select(f => f.ToString()));
        JsonOutput.WriteStrings(json, "accessStack", finding.AccessStack.Select(f => f.ToString()));
        json.WriteEndObject();
    }
}
