// NiiVue draws the slice of voxels through the cross, seen from the front: of an oblique volume that is no plane of the world. Here its slice shader
// is another one, which cuts the volume along the axes of the patient, whatever its grid: oblique and sheared ones lie as they are.

const VERTEX = `#version 300 es
layout(location=0) in vec3 pos;
uniform int axCorSag;
uniform mat4 mvpMtx;
uniform mat4 frac2mm;
uniform vec3 crossMM;
out vec3 texPos;
void main(void) {
  vec3 low = vec3(1e30), high = vec3(-1e30);
  for (int i = 0; i < 8; ++i) {
    vec3 corner = (frac2mm * vec4(float(i & 1), float(i >> 1 & 1), float(i >> 2 & 1), 1.0)).xyz;
    low = min(low, corner);
    high = max(high, corner);
  }
  vec3 at = crossMM;
  if (axCorSag > 1) at.yz = mix(low.yz, high.yz, pos.xy);
  else if (axCorSag > 0) at.xz = mix(low.xz, high.xz, pos.xy);
  else at.xy = mix(low.xy, high.xy, pos.xy);
  texPos = (inverse(frac2mm) * vec4(at, 1.0)).xyz;
  gl_Position = mvpMtx * vec4(at, 1.0);
}`;

const MAIN = 'void main() {';
const OUTSIDE = `${MAIN} if (any(lessThan(texPos, vec3(0.0))) || any(greaterThan(texPos, vec3(1.0)))) discard;\n`;

// Of a plane (0 axial, 1 coronal, 2 sagittal) the axis across it, in RAS.
const ACROSS = [2, 1, 0];

function fragment_of(gl, program) {
  const source = gl.getAttachedShaders(program).map((one) => gl.getShaderSource(one)).find((text) => text.includes('uniform highp sampler3D'));
  if (source?.split(MAIN).length !== 2) throw new Error('the slice shader of NiiVue is not as it was');
  return source.replace(MAIN, OUTSIDE);
}

// `cross()`: RAS, mm. Afterwards each draw of a slice and each click in it is in a plane of the world.
export function draw_world_planes(niivue, cross) {
  const {gl, sliceMMShader: old} = niivue;
  const shader = new old.constructor(gl, VERTEX, fragment_of(gl, old.program));
  shader.use(gl);
  for (const name of ['volume', 'colormap', 'overlay', 'drawing', 'paqd'])
    if (old.uniforms[name]) gl.uniform1i(shader.uniforms[name], gl.getUniform(old.program, old.uniforms[name]));
  niivue.sliceMMShader = shader;
  niivue.xyMM2xyzMM = (plane) => [0, 0, cross()[ACROSS[plane]], 0, 0];
  const draw = niivue.drawScene.bind(niivue);
  niivue.drawScene = () => {
    if (niivue.volumes.length > 0) {
      shader.use(gl);
      gl.uniform3fv(shader.uniforms.crossMM, cross());
    }
    return draw();
  };
}
