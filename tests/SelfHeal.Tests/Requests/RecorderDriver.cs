namespace SelfHeal.Tests.Requests;

/// <summary>Runs a small C program around parts of the recorder on many inputs: parity tests.</summary>
public static class RecorderDriver
{
    /// <param name="directory">For the program and its input.</param>
    /// <param name="source">Reads its first argument: for each input a length in four bytes, and the bytes.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="parts">C files of the recorder.</param>
    /// <returns>What it printed, up to a NUL each.</returns>
    public static string[] Run(TemporaryDirectory directory, string source, IEnumerable<byte[]> inputs, params string[] parts)
    {
        string recorder = Path.Combine(Compiler.Repository, "src", "Recorder");
        string program = Compiler.Build(
            directory, "driver", source, ["-O1", "-I" + recorder, .. parts.Select(part => Path.Combine(recorder, part + ".c"))]);
        int count = 0;
        using (var writer = new BinaryWriter(File.Create(directory.At("inputs"))))
        {
            foreach (byte[] bytes in inputs)
            {
                writer.Write(bytes.Length);
                writer.Write(bytes);
                count++;
            }
        }

        string[] answers = Compiler.Output(program, directory.At("inputs")).Split('\0');
        return answers.Length == count + 1 ? answers[..count] : throw new InvalidOperationException($"{answers.Length - 1} answers to {count} inputs");
    }
}
