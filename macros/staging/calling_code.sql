{#- The calling code that the digits of an international number begin with. No code begins with
    another, so the first two digits tell its length (ITU-T E.164). -#}
{% macro calling_code(digits) -%}
    case
            when substr({{ digits }}, 1, 1) in ('1', '7') then substr({{ digits }}, 1, 1)
            when substr({{ digits }}, 1, 2) in (
                '20', '27', '30', '31', '32', '33', '34', '36', '39', '40', '41', '43', '44', '45',
                '46', '47', '48', '49', '51', '52', '53', '54', '55', '56', '57', '58', '60', '61',
                '62', '63', '64', '65', '66', '81', '82', '84', '86', '90', '91', '92', '93', '94',
                '95', '98'
            ) then substr({{ digits }}, 1, 2)
            else substr({{ digits }}, 1, 3)
        end
{%- endmacro %}
