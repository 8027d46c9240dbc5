using System.Text.Json;
using SelfHeal.Diagnosis;

namespace SelfHeal.Cli.Output;

/// <summary>Heap overflows, for people and for machines.</summary>
internal static class Findings
{
    public static void Write(OverflowFinding finding)
    {
        Console.Out.WriteLine($"overflow: {Short(finding)}");
        Stacks.Write(finding.AccessStack, "  access     ");
        Stacks.Write(finding.AllocationStack, "  allocation ");
    }

    /// <summary>What was done to which block, without the places, for where the stacks follow.</summary>
    public static string Short(OverflowFinding finding)
    {
        string sentence = finding.Sentence;
        int places = sentence.IndexOf(" at ", StringComparison.Ordinal);
        int allocated = sentence.IndexOf(", allocated", StringComparison.Ordinal);
        int end = (places, allocated) switch
        {
            ( < 0, < 0) => sentence.Length,
            ( < 0, _) => allocated,
            (_, < 0) => places,
            _ => Math.Min(places, allocated),
        };
        return sentence[..end];
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
