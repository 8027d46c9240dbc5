using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using FluentAssertions;
using SelfHeal.Log;
using SelfHeal.Schedules;
using Xunit;

namespace SelfHeal.Tests.Log;

public sealed class AbiLayoutTests : IDisposable
{
    private static readonly string[] Structs =
        ["Control", "Failure", "Divergence", "Overflow", "Start", "Module", "Signal", "Segment", "Trace", "Stack",
        "Blocked", "ScheduleEntry"];

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 60_000)]
    public void Both_sides_agree_on_every_offset_and_size()
    {
        Dictionary<string, string> expressions = Constants().ToDictionary(pair => pair.Key, pair => Expression(pair.Key));
        Dictionary<string, long> c = Ask(expressions);

        c.Should().BeEquivalentTo(Constants());
    }

    [Theory(Timeout = 60_000)]
    [InlineData(typeof(EventCode), "SH_EVENT_", "TimeStampCounter=TSC")]
    [InlineData(typeof(RunStatus), "SH_STATUS_", "")]
    [InlineData(typeof(RunFlags), "SH_FLAG_", "")]
    [InlineData(typeof(OverflowKind), "SH_OVERFLOW_", "")]
    [InlineData(typeof(TraceKind), "SH_TRACE_", "Allocation=ALLOC")]
    [InlineData(typeof(PolicyKind), "SH_POLICY_", "")]
    [InlineData(typeof(FailureRecordKind), "SH_FAILURE_", "")]
    [InlineData(typeof(SwitchReason), "SH_SWITCH_", "")]
    [InlineData(typeof(SynchronizationOperation), "SH_", "")]
    public void Both_sides_agree_on_the_values_of(Type type, string prefix, string renamed)
    {
        string[] other = renamed.Split('=');
        var values = Enum.GetNames(type).Where(name => name != "None")
            .ToDictionary(name => name, name => Convert.ToInt64(Enum.Parse(type, name)));

        Ask(values.Keys.ToDictionary(name => name, name => prefix + (name == other[0] ? other[1] : Snake(name).ToUpperInvariant())))
            .Should().BeEquivalentTo(values);
    }

    [Fact(Timeout = 60_000)]
    public void Every_event_code_of_the_recorder_has_a_name()
    {
        string header = File.ReadAllText(Path.Combine(Compiler.Repository, "src/Recorder/recorder_abi.h"));
        foreach (Match match in Regex.Matches(header, @"SH_EVENT_\w+ = (\d+)"))
        {
            SystemCalls.Name(int.Parse(match.Groups[1].Value)).Should().NotStartWith("call ", match.Value);
        }
    }

    private static Dictionary<string, long> Constants() => typeof(AbiLayout)
        .GetFields(BindingFlags.Public | BindingFlags.Static | BindingFlags.FlattenHierarchy)
        .Where(field => field.IsLiteral)
        .ToDictionary(field => field.Name, field => Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture));

    private static string Expression(string name)
    {
        switch (name)
        {
            case "AbiVersion": return "SH_ABI_VERSION";
            case "ControlMagicValue": return "SH_CONTROL_MAGIC";
            case "SegmentMagicValue": return "SH_SEGMENT_MAGIC";
            case "ControlPageSize": return "SH_CONTROL_SIZE";
            case "MaximumFrames": return "SH_MAX_FRAMES";
            case "MaximumOverflows": return "SH_MAX_OVERFLOWS";
            case "MaximumEntries": return "SH_MAX_ENTRIES";
            case "MaximumBlocked": return "SH_MAX_BLOCKED";
            case "ControlStructSize": return "sizeof(struct sh_control)";
            case "OverflowStructSize": return "sizeof(struct sh_overflow)";
            default: break;
        }

        string type = Structs.Single(s => name.StartsWith(s, StringComparison.Ordinal));
        string field = name[type.Length..];
        return field == "Size" && name is not ("ControlSize" or "OverflowSize")
            ? $"sizeof(struct sh_{Snake(type)})"
            : $"offsetof(struct sh_{Snake(type)}, {Snake(field)})";
    }

    private static string Snake(string name) => Regex.Replace(name, "(?<=.)([A-Z])", "_$1").ToLowerInvariant();

    private Dictionary<string, long> Ask(Dictionary<string, string> expressions)
    {
        var source = new StringBuilder("#include <stdio.h>\n#include <stddef.h>\n#include \"recorder_abi.h\"\nint main(void) {\n");
        foreach (var (name, expression) in expressions)
        {
            source.Append(CultureInfo.InvariantCulture, $"printf(\"{name} %lld\\n\", (long long)({expression}));\n");
        }

        string program = Compiler.Build(
            _directory, "layout", source.Append("}\n").ToString(), "-I", Path.Combine(Compiler.Repository, "src/Recorder"));
        return Compiler.Output(program).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ')).ToDictionary(words => words[0], words => long.Parse(words[1]));
    }
}
