using SelfHeal.Log;
using SelfHeal.Schedules;

namespace SelfHeal.Hosts;

/// <summary>Makes the run directory of a request: run.json, control page, patch, input, state copies.</summary>
internal static class RunPreparation
{
    public static async Task<RunDirectory> PrepareAsync(
        RunRequest request, Host host, CancellationToken cancellationToken)
    {
        RunBasis basis = await host.BasisAsync(request, cancellationToken).ConfigureAwait(false);
        RunDirectory run = await PrepareUnsavedAsync(request, host, basis, cancellationToken).ConfigureAwait(false);
        run.Save(run.Info);
        return run;
    }

    /// <summary>The same without run.json.</summary>
    public static async Task<RunDirectory> PrepareUnsavedAsync(
        RunRequest request, Host host, RunBasis basis, CancellationToken cancellationToken)
    {
        RunDirectory run = RunDirectory.CreateUnsaved(request.RunDirectory ?? host.TemporaryRun(), new RunInfo
        {
            SelfHeal = typeof(RunPreparation).Assembly.GetName().Version?.ToString(3) ?? "",
            Program = request.Program,
            ProgramPath = basis.ProgramPath,
            Arguments = request.Arguments,
            Environment = basis.Environment,
            WorkingDirectory = basis.WorkingDirectory,
            StateDirectories = [.. request.StateDirectories.Select(directory => Path.GetFullPath(directory, basis.WorkingDirectory))],
            BuildId = basis.BuildId,
            Image = basis.Image,
            Seed = request.Seed,
            Mode = request.Mode,
            Flags = request.Flags | (request.Output == RunOutput.Inherit || request.Terminal is not null ? RunFlags.Tee : 0)
                | (request.EndDeadlock ? RunFlags.EndDeadlock : 0),
            Policy = request.Policy == Policy.Uniprocessor ? null : request.Policy.ToString(),
            SourceRun = request.Source?.Path,
            StackLimit = basis.StackLimit,
            Sandbox = basis.Sandbox,
            Background = request.Background,
            Input = request.Terminal is null ? InputName(request.Input) : "terminal",
            TimeoutSeconds = request.Timeout?.TotalSeconds,
            Started = DateTimeOffset.UtcNow,
        });
        try
        {
            await FillAsync(run, request, host, basis, cancellationToken).ConfigureAwait(false);
            host.Filled(run);
            return run;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SelfHealException($"The run directory {run.Path} cannot be filled: {error.Message}", error);
        }
        catch (OperationCanceledException) when (request.RunDirectory is null)
        {
            Scratch.Remove(run.Path);
            throw;
        }
    }

    private static async Task FillAsync(
        RunDirectory run, RunRequest request, Host host, RunBasis basis, CancellationToken cancellationToken)
    {
        RunInfo info = run.Info;
        if (info.Mode != RunMode.Plain)
        {
            ControlPage.Create(run.ControlPath, info.Mode, info.Flags, info.Seed,
                info.Mode == RunMode.Replay ? request.Source!.Path : "", request.Policy);
            if (request.HeldInput is { } index)
            {
                using ControlPage page = ControlPage.Open(run.ControlPath);
                page.HoldInput(index);
            }

            request.Schedule?.Write(run.At("schedule.bin"));
        }

        if (info.Mode == RunMode.Record)
        {
            FirstSegment.Make(run.At("events"));
        }

        if (basis.EnvironmentFile is null)
        {
            basis.WriteEnvironment(run.At("environment"));
        }

        if (request.Patch is { } patch)
        {
            File.Copy(patch, run.At("patch.ep"));
        }

        if (request.Input is RunInput.FileInput file)
        {
            File.Copy(file.Path, run.At("stdin"));
        }
        else if (request.Input is RunInput.BytesInput bytes)
        {
            await File.WriteAllBytesAsync(run.At("stdin"), bytes.Bytes, cancellationToken).ConfigureAwait(false);
        }

        for (int i = 0; i < info.StateDirectories.Count; i++)
        {
            string? before = request.Source is { } source && Directory.Exists(source.At($"state/{i}")) ? source.At($"state/{i}") : null;
            Task CopyAsync(string target) => before is null
                ? host.CopyStateAsync(info, info.StateDirectories[i], target, cancellationToken)
                : StateCopy.CopyAsync(before, target, cancellationToken);
            if (info.Mode == RunMode.Record)
            {
                await CopyAsync(run.At($"state/{i}")).ConfigureAwait(false);
            }

            if (info.Sandbox)
            {
                await CopyAsync(run.At($"work/{i}")).ConfigureAwait(false);
            }
        }
    }

    private static string InputName(RunInput input) => input switch
    {
        RunInput.InheritInput => "inherit",
        RunInput.InteractiveInput => "interactive",
        RunInput.FileInput => "file",
        RunInput.BytesInput => "bytes",
        _ => "none",
    };
}
