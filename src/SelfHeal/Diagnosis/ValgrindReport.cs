using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using SelfHeal.Log;

namespace SelfHeal.Diagnosis;

/// <summary>Reads memcheck's XML (protocol 4). A report that breaks off (valgrind died) is read as far as it goes.</summary>
internal static partial class ValgrindReport
{
    public static IReadOnlyList<OverflowFinding> Parse(string xml)
    {
        var findings = new List<OverflowFinding>();
        using var reader = XmlReader.Create(
            new StringReader(xml), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
        try
        {
            while (!reader.EOF)
            {
                if (reader.NodeType == XmlNodeType.Element && reader.Name == "error")
                {
                    if (XNode.ReadFrom(reader) is XElement error && Finding(error) is { } finding)
                    {
                        Merge(findings, finding);
                    }
                }
                else if (!reader.Read())
                {
                    break;
                }
            }
        }
        catch (XmlException)
        {
            // cut off: what was read counts
        }

        return findings;
    }

    private static OverflowFinding? Finding(XElement error)
    {
        string kind = (string?)error.Element("kind") ?? "";
        Match access = AccessPattern().Match((string?)error.Element("what") ?? "");
        Match place = PlacePattern().Match((string?)error.Element("auxwhat") ?? "");
        XElement[] stacks = [.. error.Elements("stack")];
        if (kind is not ("InvalidWrite" or "InvalidRead") || !access.Success || !place.Success || stacks.Length < 2)
        {
            return null;
        }

        bool write = kind == "InvalidWrite";
        if (!long.TryParse(access.Groups[1].Value, out long bytes)
            || !long.TryParse(Digits(place.Groups[1]), out long distance)
            || !long.TryParse(Digits(place.Groups[3]), out long size))
        {
            return null;
        }

        OverflowKind found = place.Groups[2].Value switch
        {
            "before" => OverflowKind.WriteBefore,
            "after" => write ? OverflowKind.WriteAfter : OverflowKind.ReadAfter,
            _ => OverflowKind.WriteFreed,
        };
        long first = found switch
        {
            OverflowKind.WriteBefore => -distance,
            OverflowKind.WriteFreed => distance,
            _ => size + distance,
        };
        long extent = found == OverflowKind.WriteBefore ? distance : distance + bytes;
        if (!write && found != OverflowKind.ReadAfter)
        {
            return null;
        }

        return new OverflowFinding(found, size, extent, first, 1, [.. Frames(stacks[1]).Where(IsNotValgrind)], Frames(stacks[0]));
    }

    /// <summary>Several accesses beyond blocks of one allocation stack are one finding with the farthest extent.</summary>
    private static void Merge(List<OverflowFinding> findings, OverflowFinding finding)
    {
        int same = findings.FindIndex(other => other.Kind == finding.Kind
            && other.AllocationStack.Select(f => f.Address).SequenceEqual(finding.AllocationStack.Select(f => f.Address)));
        if (same < 0)
        {
            findings.Add(finding);
        }
        else if (finding.Extent > findings[same].Extent)
        {
            findings[same] = findings[same] with { Extent = finding.Extent, Size = finding.Size };
        }
    }

    private static bool IsNotValgrind(StackFrame frame) =>
        frame.Module?.StartsWith("vgpreload", StringComparison.Ordinal) != true;

    /// <summary>Valgrind gives a frame per inlined function, all with one address; addresses of callers are return
    /// address minus 1. Load biases are not in the report, so <see cref="StackFrame.Offset"/> stays 0.</summary>
    private static StackFrame[] Frames(XElement stack)
    {
        var frames = new List<StackFrame>();
        foreach (XElement element in stack.Elements("frame"))
        {
            string ip = (string?)element.Element("ip") ?? "0x0";
            _ = ulong.TryParse(
                ip.AsSpan(Math.Min(2, ip.Length)), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong address);
            string? module = (string?)element.Element("obj");
            string? function = (string?)element.Element("fn");
            string? file = (string?)element.Element("file");
            SourceLocation[] location = function is null && file is null
                ? [] : [new SourceLocation(function, file, (int?)element.Element("line") ?? 0)];
            if (frames.Count > 0 && frames[^1].Address == address + 1 && location.Length > 0)
            {
                frames[^1] = frames[^1] with { Locations = [.. frames[^1].Locations, .. location] };
            }
            else
            {
                frames.Add(new StackFrame(
                    address + 1, module is null ? null : Path.GetFileName(module), module, 0, location));
            }
        }

        return [.. frames];
    }

    private static string Digits(Group group) => group.Value.Replace(",", "", StringComparison.Ordinal);

    [GeneratedRegex(@"^Invalid (?:read|write) of size (\d+)")]
    private static partial Regex AccessPattern();

    [GeneratedRegex(@"^Address 0x[0-9a-f]+ is ([\d,]+) bytes (before|after|inside) a block of size ([\d,]+) (?:alloc|free)'d",
        RegexOptions.IgnoreCase)]
    private static partial Regex PlacePattern();
}
