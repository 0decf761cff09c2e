[[maybe_unused]] constexpr int THREADS = 256;  // of every block
[[maybe_unused]] constexpr std::int64_t MOST_BLOCKS = 4096;
[[maybe_unused]] constexpr std::int64_t PARTIALS = 256;  // blocks that share one total; their parts are added in order

__device__ inline std::int64_t thread_index() { return std::int64_t(blockIdx.x) * THREADS + threadIdx.x; }
__device__ inline std::int64_t thread_count() { return std::int64_t(gridDim.x) * THREADS; }

struct Sum {
  template <class Value>
  __device__ Value operator()(Value a, Value b) const {
    return a + b;
  }
};

struct Product {
  template <class Value>
  __device__ Value operator()(Value a, Value b) const {
    return a * b;
  }
};

struct Maximum {  // not a number if either is none
  template <class Value>
  __device__ Value operator()(Value a, Value b) const {
    return a > b || a != a ? a : b;
  }
};

// The values of all threads of a block combined, in every thread: within each warp, then over the warps.
template <class Combine, class Value>
__device__ Value over_block(Value value, Value neutral) {
  __shared__ Value of_warp[THREADS / 32];
  const Combine combine;
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  for (int distance = 16; distance > 0; distance /= 2) {
    value = combine(value, __shfl_xor_sync(0xffffffffu, value, distance));
  }
  __syncthreads();  // nobody reads what the last call left
  if (lane == 0) of_warp[warp] = value;
  __syncthreads();
  value = lane < THREADS / 32 ? of_warp[lane] : neutral;
  for (int distance = 16; distance > 0; distance /= 2) {
    value = combine(value, __shfl_xor_sync(0xffffffffu, value, distance));
  }
  return value;
}

[[maybe_unused]] inline std::int64_t blocks_for(std::int64_t count, std::int64_t most) {
  return count < 1 ? 1 : count < most ? count : most;
}

template <class... Parameters, class... Arguments>
cudaError_t launch(void (*kernel)(Parameters...), std::int64_t blocks, cudaStream_t stream, Arguments... arguments) {
  cudaLaunchConfig_t config = {};
  config.gridDim = dim3(static_cast<unsigned>(blocks));
  config.blockDim = dim3(THREADS);
  config.stream = stream;
  return cudaLaunchKernelEx(&config, kernel, static_cast<Parameters>(arguments)...);
}
