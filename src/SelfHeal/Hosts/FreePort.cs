using System.Net;
using System.Net.Sockets;

namespace SelfHeal.Hosts;

/// <summary>Ports of servers under test.</summary>
public static class FreePort
{
    // five digits, so that a command line has the same length each time; below those that clients are given
    private const int First = 12_000, Last = 32_000, Tries = 1000;

    /// <summary>A TCP port that nobody listens on now. It is chosen at random: two test programs hardly choose the same.</summary>
    /// <exception cref="SelfHealException">There is none.</exception>
    public static int Choose()
    {
        for (int i = 0; i < Tries; i++)
        {
            int port = Random.Shared.Next(First, Last);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Any, port));
                return port;
            }
            catch (SocketException)
            {
                // somebody has it
            }
        }

        throw new SelfHealException($"No TCP port from {First} to {Last} is free: end the programs that listen on them (ss -lt).");
    }
}
