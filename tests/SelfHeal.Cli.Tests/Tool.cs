using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace SelfHeal.Cli.Tests;

/// <summary>Runs the built command as a user does: a process of its own, real programs, real files.</summary>
internal sealed partial class Tool : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "SelfHeal.Cli.dll");

    public static string Repository { get; } = FindRepository();

    /// <summary>A directory of the test's own, in which the commands run.</summary>
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("selfheal-cli-test-").FullName;

    /// <summary>Where the commands keep what is temporary: nothing is left here when they have ended.</summary>
    public string Temporary => System.IO.Directory.CreateDirectory(At("tmp")).FullName;

    public string At(string name) => Path.Combine(Directory, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(At(name), text);
        return At(name);
    }

    /// <summary>bc with one of its bugs, built where it is missing.</summary>
    public static async Task<string> BcAsync(string bug)
    {
        string prefix = Path.Combine(Repository, "build", "servers", $"bc-{bug}");
        ProcessStartInfo start = new(Path.Combine(Repository, "docker", "bc", "build.sh"));
        foreach (string word in (string[])["--bug", bug, "--prefix", prefix])
        {
            start.ArgumentList.Add(word);
        }

        Result result = await RunAsync(start, null, TimeSpan.FromMinutes(5));
        return result.Code == 0
            ? Path.Combine(prefix, "bin", "bc")
            : throw new InvalidOperationException($"bc ({bug}) could not be built: {result}");
    }

    public Task<Result> SelfHealAsync(params string[] arguments) => SelfHealAsync(null, arguments);

    public Task<Result> SelfHealAsync(string? input, IReadOnlyList<string> arguments) =>
        RunAsync(Start(arguments), input, Limit);

    /// <summary>As an ordinary user, with a copy of the command that others may read; for root alone.</summary>
    /// <param name="user">Its number.</param>
    /// <param name="directory">One of the test's, which becomes the user's.</param>
    /// <param name="arguments">Of the command.</param>
    public async Task<Result> SelfHealAsUserAsync(int user, string directory, params string[] arguments)
    {
        string recorder = Path.Combine(Repository, "build/recorder"), name = user.ToString(CultureInfo.InvariantCulture);
        await RunAsync("sh", "-c", "chmod 755 . && cp -r \"$1\" tool && cp \"$2/libselfheal.so\" \"$2/selfheal-launch\" tool && chmod -R a+rX tool && mkdir -p tmp && chmod 1777 tmp && chown \"$3\" \"$4\"",
            "sh", AppContext.BaseDirectory, recorder, name, directory);
        ProcessStartInfo start = new("setpriv", [$"--reuid={name}", $"--regid={name}", "--clear-groups", "--", "dotnet", At("tool/SelfHeal.Cli.dll"), .. arguments])
        {
            WorkingDirectory = At(directory),
        };
        (start.Environment["TMPDIR"], start.Environment["HOME"]) = (Temporary, At(directory));
        return await RunAsync(start, null, Limit);
    }

    private Task<Result> RunAsync(string command, params string[] arguments) =>
        RunAsync(new ProcessStartInfo(command, arguments) { WorkingDirectory = Directory }, null, Limit);

    /// <summary>Starts the command and leaves it running; output is redirected.</summary>
    public Process Launch(params string[] arguments)
    {
        ProcessStartInfo start = Start(arguments);
        Redirect(start);
        return Process.Start(start)!;
    }

    /// <summary>In a process group of its own, as a shell starts a foreground job.</summary>
    public Process LaunchJob(params string[] arguments)
    {
        ProcessStartInfo inner = Start(arguments);
        ProcessStartInfo start = new("setsid") { WorkingDirectory = Directory };
        start.Environment["TMPDIR"] = Temporary;
        start.ArgumentList.Add("--wait");
        start.ArgumentList.Add(inner.FileName);
        foreach (string word in inner.ArgumentList)
        {
            start.ArgumentList.Add(word);
        }

        Redirect(start);
        return Process.Start(start)!;
    }

    public static async Task<Result> FinishAsync(Process process)
    {
        using CancellationTokenSource limit = new(Limit);
        Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
        Task<string> error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return new Result(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{process.StartInfo.FileName} did not end in {Limit.TotalSeconds} s", e);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Signal(int pid, int signal);

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);

    private static async Task<Result> RunAsync(ProcessStartInfo start, string? input, TimeSpan limit)
    {
        Redirect(start);
        using Process process = Process.Start(start)!;
        Task feed = FeedAsync(process, input);
        using CancellationTokenSource source = new(limit);
        Task<string> output = process.StandardOutput.ReadToEndAsync(source.Token);
        Task<string> error = process.StandardError.ReadToEndAsync(source.Token);
        try
        {
            await process.WaitForExitAsync(source.Token);
            await feed;
            return new Result(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{string.Join(' ', start.ArgumentList)} did not end in {limit.TotalSeconds} s", e);
        }
    }

    private static async Task FeedAsync(Process process, string? input)
    {
        try
        {
            if (input is not null)
            {
                await process.StandardInput.WriteAsync(input);
            }

            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A program that died does not read the rest.
        }
    }

    private static void Redirect(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
    }

    private ProcessStartInfo Start(IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new("dotnet") { WorkingDirectory = Directory };
        start.Environment["TMPDIR"] = Temporary;
        start.ArgumentList.Add(Assembly);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    private static string FindRepository()
    {
        string? at = AppContext.BaseDirectory;
        while (at is not null && !File.Exists(Path.Combine(at, "SelfHeal.sln")))
        {
            at = Path.GetDirectoryName(at);
        }

        return at ?? throw new InvalidOperationException("the tests run inside of the repository");
    }

    internal sealed record Result(int Code, string Output, string Error)
    {
        public IReadOnlyList<string> ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
