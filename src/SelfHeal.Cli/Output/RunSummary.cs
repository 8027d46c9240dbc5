using System.Text.Json;
using SelfHeal.Diagnosis;
using SelfHeal.Log;
using SelfHeal.Patches;

namespace SelfHeal.Cli.Output;

/// <summary>What a run directory says about its run as a whole.</summary>
internal sealed class RunSummary(RunDirectory run)
{
    private readonly ControlSnapshot _control = run.ReadControl();
    private readonly Failure _failure = Diagnoser.Classify(run);

    public void Write()
    {
        RunInfo info = run.Info;
        Line("run", run.Path);
        Line("program", Escaped.Shell([info.Program, .. info.Arguments]));
        Line("file", $"{info.ProgramPath} ({(info.BuildId.Length > 0 ? $"build-id {info.BuildId}" : "no build-id")})");
        Line("directory", info.WorkingDirectory);
        foreach (string state in info.StateDirectories)
        {
            Line("state", state);
        }

        Line("started", $"{info.Started:yyyy-MM-dd HH:mm:ss}Z, mode {info.Mode}, seed {info.Seed}");
        Line("end", info.Outcome is { } outcome
            ? $"{End(outcome)} after {outcome.Seconds:0.000} s"
            : "unknown: it still runs, or SelfHeal was killed before it ended");
        if (_failure.IsFailure)
        {
            Line("failure", _failure.Sentence);
        }

        Line("recorder", $"{_control.Status}{(_control.StatusText.Length > 0 ? $": {_control.StatusText}" : "")}" +
            $", set up in {_control.Setup.TotalMilliseconds:0.00} ms");
        Line("events", $"{_control.Events}, {_control.InputBytes} input bytes, {_control.LogBytes} bytes of log");
        Line("sites", $"{_control.SitesRewritten} rewritten, {_control.SitesTrapped} trapped, {_control.Traps} traps taken");
        WriteThreads();
        Note("children", _control.Children, "ran unrecorded");
        Note("signals", _control.Signals, "delivered");
        Note("inexact", _control.InexactSignals, "signals delivered between events: not replayable");
        Note("uncontrolled", _control.Uncontrolled, $"not modelled, the first is {SystemCalls.Name(_control.FirstUncontrolled)}");
        WritePatch();
    }

    public void Write(Utf8JsonWriter json)
    {
        RunInfo info = run.Info;
        json.WriteString("run", run.Path);
        json.WriteString("program", info.Program);
        JsonOutput.WriteStrings(json, "arguments", info.Arguments);
        json.WriteString("programPath", info.ProgramPath);
        json.WriteString("buildId", info.BuildId);
        json.WriteString("started", info.Started);
        json.WriteString("mode", info.Mode.ToString());
        json.WriteNumber("seed", info.Seed);
        if (info.Outcome is { } outcome)
        {
            json.WriteString("end", End(outcome));
            json.WriteNumber("seconds", outcome.Seconds);
        }

        json.WriteString("failureKind", _failure.Kind.ToString());
        json.WriteString("failure", _failure.Sentence);
        json.WriteString("status", _control.Status.ToString());
        json.WriteString("statusText", _control.StatusText);
        json.WriteNumber("setupMilliseconds", _control.Setup.TotalMilliseconds);
        json.WriteNumber("events", _control.Events);
        json.WriteNumber("inputBytes", _control.InputBytes);
        json.WriteNumber("logBytes", _control.LogBytes);
        json.WriteNumber("children", _control.Children);
        json.WriteNumber("signals", _control.Signals);
        json.WriteNumber("inexactSignals", _control.InexactSignals);
        json.WriteNumber("uncontrolled", _control.Uncontrolled);
        json.WriteString("policy", Policy);
        json.WriteNumber("threads", _control.Threads);
        json.WriteNumber("switches", _control.Switches);
        json.WriteNumber("places", _control.Places);
        json.WriteNumber("inexactSwitches", _control.InexactSwitches);
        json.WriteNumber("sitesRewritten", _control.SitesRewritten);
        json.WriteNumber("sitesTrapped", _control.SitesTrapped);
        json.WriteNumber("traps", _control.Traps);
        json.WriteStartArray("hits");
        foreach (long hits in _control.Hits)
        {
            json.WriteNumberValue(hits);
        }

        json.WriteEndArray();
    }

    private static string End(RunOutcome outcome) =>
        outcome.TimedOut ? "killed at its time limit"
        : outcome.Signal is { } signal ? $"killed by {Hosts.Signals.Name(signal)}"
        : $"exit status {outcome.ExitCode}";

    private static void Line(string name, string value) => Console.Out.WriteLine($"{name,-13}{value}");

    private static void Note(string name, long count, string meaning)
    {
        if (count > 0)
        {
            Line(name, $"{count} {meaning}");
        }
    }

    private string Policy => run.Info.Policy ?? "uniprocessor";

    private void WriteThreads()
    {
        if (_control.Threads == 0)
        {
            return;
        }

        Line("threads", $"{_control.Threads + 1}, {_control.Switches} switches at {_control.Places} places, policy {Policy}");
        Note("inexact", _control.InexactSwitches, "switches by the watchdog, between two places: not exactly replayable");
    }

    private void WritePatch()
    {
        string path = run.At("patch.ep");
        if (!File.Exists(path))
        {
            return;
        }

        if (_control.PatchRefused)
        {
            Line("patch", $"refused: {_control.PatchText}");
            return;
        }

        Patch patch = PatchFile.Read(path);
        for (int i = 0; i < patch.Entries.Count; i++)
        {
            long hits = i < _control.Hits.Count ? _control.Hits[i] : 0;
            string where = patch.Entries[i].Comments is [var first, ..] ? first : patch.Entries[i].Key;
            string what = patch.Entries[i] switch
            {
                PadEntry pad => $"pad {pad.Bytes}",
                HoldEntry hold => $"hold {hold.Places}",
                PatchEntry other => other.Action,
            };
            Line("patch", $"{hits} hits: {what}, {where}");
        }
    }
}
