using System.CommandLine;
using SelfHeal.Cli.Output;
using SelfHeal.Hosts;
using SelfHeal.Log;
using SelfHeal.Replay;

namespace SelfHeal.Cli.Commands;

/// <summary><c>selfheal doctor</c>: what works on this machine, tried rather than guessed.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        Command command = new("doctor", "say what works on this machine") { RunArgument.Json };
        command.SetAction((parsed, _) => Interruption.Guard(token => ExamineAsync(parsed, token)));
        return command;
    }

    private static async Task<int> ExamineAsync(ParseResult parsed, CancellationToken token)
    {
        List<Finding> findings = [Recorder()];
        if (findings[0].Works)
        {
            findings.Add(await SandboxAsync());
            findings.AddRange(await RoundTripAsync(token));
        }

        findings.Add(Tool("valgrind", "a second opinion on heap damage", "valgrind"));
        findings.Add(Tool("addr2line", "functions and lines in call stacks", "binutils"));
        if (parsed.GetValue(RunArgument.Json))
        {
            JsonOutput.Write(json =>
            {
                json.WriteStartArray("findings");
                foreach (Finding finding in findings)
                {
                    json.WriteStartObject();
                    json.WriteString("name", finding.Name);
                    json.WriteBoolean("works", finding.Works);
                    json.WriteBoolean("needed", finding.Needed);
                    json.WriteString("text", finding.Text);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
        }
        else
        {
            foreach (Finding finding in findings)
            {
                string state = finding.Works ? "works" : finding.Needed ? "FAILS" : "absent";
                Console.Out.WriteLine($"{finding.Name,-12}{state,-8}{finding.Text}");
            }
        }

        return findings.TrueForAll(f => f.Works || !f.Needed) ? ExitCodes.Success : ExitCodes.Negative;
    }

    private static Finding Recorder()
    {
        try
        {
            return new Finding("recorder", Works: true, Needed: true, RecorderFiles.Default.Library);
        }
        catch (RecorderUnavailableException e)
        {
            return new Finding("recorder", Works: false, Needed: true, e.Message);
        }
    }

    private static async Task<Finding> SandboxAsync()
    {
        Sandbox sandbox = await Sandbox.ProbeAsync();
        return new Finding("sandbox", sandbox.Available, Needed: true,
            sandbox.Available ? "replays and trials cannot touch the real files or the network" : sandbox.Reason);
    }

    private static async Task<List<Finding>> RoundTripAsync(CancellationToken token)
    {
        string scratch = Directory.CreateTempSubdirectory("selfheal-doctor-").FullName;
        try
        {
            RunResult recorded = await new LocalHost().RunAsync(
                new RunRequest
                {
                    Program = "echo",
                    Arguments = ["hello"],
                    RunDirectory = Path.Combine(scratch, "run"),
                    Flags = RunFlags.Refuse,
                },
                token);
            Finding record = new("record", recorded.Control.Status == RunStatus.Ended, Needed: true,
                recorded.Control.Status == RunStatus.Ended
                    ? $"set up in {recorded.Control.Setup.TotalMilliseconds:0.00} ms, " +
                        $"{recorded.Control.SitesRewritten} sites rewritten, {recorded.Control.SitesTrapped} trapped"
                    : $"{recorded.Control.Status}: {recorded.Control.StatusText}");
            ReplayResult replayed = await new Replayer().ReplayAsync(
                recorded.Directory, new ReplayOptions { RunDirectory = Path.Combine(scratch, "replay") }, token);
            return [record, new Finding("replay", replayed.IsExact, Needed: true, replayed.Sentence)];
        }
        catch (SelfHealException e)
        {
            return [new Finding("record", Works: false, Needed: true, e.Message)];
        }
        finally
        {
            Scratch.Remove(scratch);
        }
    }

    private static Finding Tool(string name, string use, string package)
    {
        string? path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);
        return path is null
            ? new Finding(name, Works: false, Needed: false, $"install the package {package}: {use}")
            : new Finding(name, Works: true, Needed: false, $"{path}: {use}");
    }

    private sealed record Finding(string Name, bool Works, bool Needed, string Text);
}
